#include "origin/wcs/pulled_streams.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "service/letters.h"
#include "service/origin_url.h"

namespace weir::wcs {
namespace {

using nlohmann::json;

constexpr std::string_view kScheme = "ovt://";

/// Nobody but an order ends it for being unused: longer than anybody waits.
constexpr int64_t kUnusedMs = int64_t{30} * 24 * 3600 * 1000;

std::vector<std::string> PartsOf(std::string_view name) {
  std::vector<std::string> parts;
  while (!name.empty()) {
    const size_t slash = std::min(name.find('/'), name.size());
    parts.emplace_back(name.substr(0, slash));
    name.remove_prefix(std::min(slash + 1, name.size()));
  }
  return parts;
}

Result<service::OriginUrl> UrlOf(const PullChoice& what) {
  if (!service::LowerCase(what.uri).starts_with(kScheme))
    return Fail(ErrorCode::kUnsupported, "only ovt:// can be pulled from here");
  std::string_view address = what.uri;
  while (address.ends_with('/'))
    address.remove_suffix(1);
  std::string text(address);
  const size_t given = PartsOf(address.substr(std::min(kScheme.size(), address.size()))).size();
  const std::vector<std::string> remote = PartsOf(what.remote_stream_name);
  constexpr size_t kAll = 3;  // host, application, stream
  if (given < kAll) text += "/" + what.remote_stream_name;
  auto url = service::ParseOriginUrl(text);
  if (!url) return Fail(ErrorCode::kMalformed, url.error().detail);
  const bool fits = remote.empty() || (remote.back() == url->stream &&
                                       (remote.size() == 1 || remote.front() == url->app));
  if (!fits) return Fail(ErrorCode::kMalformed, "uri and remoteStreamName name two streams");
  return url;
}

bool Names(std::string_view name, const stream::StreamPath& path) {
  return name == path.name || name == path.app + "/" + path.name || name == path.text();
}

bool IsMeant(const PullChoice& choice, const pull::Spec& spec) {
  const auto& urls = spec.urls;
  const bool uri = choice.uri.empty() || std::ranges::any_of(urls, [&](const auto& url) {
                     return url.text() == choice.uri;
                   });
  const std::string& remote = choice.remote_stream_name;
  return uri && (choice.local_stream_name.empty() || Names(choice.local_stream_name, spec.path)) &&
         (remote.empty() || std::ranges::any_of(urls, [&remote](const auto& url) {
            return remote == url.stream || remote == url.app + "/" + url.stream;
          }));
}

}  // namespace

Result<pull::Spec> PulledStreams::Read(const PullChoice& what) const {
  const auto url = UrlOf(what);
  if (!url) return tl::unexpected(url.error());
  std::vector<std::string> local = PartsOf(what.local_stream_name);
  constexpr size_t kPartsMax = 3;
  if (local.size() > kPartsMax) return Fail(ErrorCode::kMalformed, "localStreamName is no name");
  if (local.empty()) local = {url->app, url->stream};
  if (local.size() == 1) local.insert(local.begin(), url->app);
  if (local.size() == 2) {
    const auto apps = apps_();
    const auto app = std::ranges::find(apps, local.front(), &Apps::value_type::second);
    if (app == apps.end())
      return Fail(ErrorCode::kNotFound, fmt::format("there is no application {}", local.front()));
    local.insert(local.begin(), app->first);
  }
  const std::string query = url->query.empty() ? "" : "?" + url->query;
  const json body{{"name", local[2]},
                  {"urls", json::array({url->text() + query})},
                  {"properties", {{"unusedStreamDeletionTimeoutMs", kUnusedMs}}}};
  return pull::ReadSpec(body, local[0], local[1]);
}

void PulledStreams::Start(const PullChoice& what, std::function<void(Result<Pull>)> started) {
  const Result<pull::Spec> spec = Read(what);
  if (!spec) return started(tl::unexpected(spec.error()));
  book_.Add(*spec, [this, spec = *spec, started = std::move(started)](const Status& pulled) {
    if (!pulled) return started(tl::unexpected(pulled.error()));
    started(Show(spec));
  });
}

Pull PulledStreams::Show(const pull::Spec& spec) const {
  Pull pull{.local_stream_name = spec.path.name,
            .remote_stream_name = spec.urls.front().stream,
            .uri = spec.urls.front().text()};
  for (const hooks::StreamObject& publisher : publishers_.List()) {
    if (publisher.path == spec.path) pull.media_session_id = publisher.media_session_id;
  }
  return pull;
}

std::vector<Pull> PulledStreams::List() {
  std::vector<Pull> list;
  for (const pull::Spec& spec : book_.List())
    list.push_back(Show(spec));
  return list;
}

std::vector<pull::Spec> PulledStreams::Find(const PullChoice& choice) const {
  std::vector<pull::Spec> found = book_.List();
  std::erase_if(found, [&choice](const pull::Spec& spec) { return !IsMeant(choice, spec); });
  return found;
}

void PulledStreams::End(const PullChoice& choice, std::function<void(Result<size_t>)> ended) {
  struct Ends {
    size_t left;
    size_t count;
    Status all{};
  };

  const std::vector<pull::Spec> found = Find(choice);
  if (found.empty()) return ended(size_t{0});
  // Shared by the answers.
  auto ends = std::make_shared<Ends>(Ends{.left = found.size(), .count = found.size()});
  for (const pull::Spec& spec : found) {
    book_.Remove(spec.path, [ends, ended](const Status& removed) {
      if (!removed) ends->all = removed;
      if (--ends->left > 0) return;
      ended(ends->all ? Result<size_t>(ends->count) : tl::unexpected(ends->all.error()));
    });
  }
}

}  // namespace weir::wcs

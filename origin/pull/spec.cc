#include "origin/pull/spec.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace weir::pull {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr size_t kUrlsMax = 32;
constexpr size_t kNameMax = 255;  // of a part of a path in the relay
constexpr milliseconds kSilenceMin{100};
constexpr milliseconds kTimeMax = std::chrono::hours(24 * 30);
constexpr int64_t kPassesMax = 1'000'000;

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax &&
         std::none_of(name.begin(), name.end(),
                      [](char c) { return c == '/' || static_cast<unsigned char>(c) < ' '; });
}

/// Nothing where it is no whole number, or a negative one.
std::optional<int64_t> Whole(const json& properties, const char* name) {
  const auto found = properties.find(name);
  if (found == properties.end() || !found->is_number_integer()) return std::nullopt;
  if (found->is_number_unsigned() &&
      found->get<uint64_t>() > static_cast<uint64_t>(kTimeMax.count()))
    return kTimeMax.count();
  const auto value = found->get<int64_t>();
  return value < 0 ? std::nullopt : std::optional(value);
}

std::optional<milliseconds> Millis(const json& properties, const char* name) {
  const std::optional<int64_t> whole = Whole(properties, name);
  if (!whole) return std::nullopt;
  return milliseconds(std::min(*whole, static_cast<int64_t>(kTimeMax.count())));
}

void ReadProperties(const json& properties, Spec& spec) {
  const auto persistent = properties.find("persistent");
  spec.persistent = persistent != properties.end() && *persistent == json(true);
  spec.no_input_failover = Millis(properties, "noInputFailoverTimeoutMs");
  spec.unused_deletion = Millis(properties, "unusedStreamDeletionTimeoutMs");
  // OvenMediaEngine's default, where there are properties at all.
  if (!properties.contains("retryCount")) spec.retry_count = 1;
  if (const auto count = Whole(properties, "retryCount"))
    spec.retry_count = std::min(*count, kPassesMax);
}

Result<service::OriginUrl> ReadUrl(const json& text) {
  if (!text.is_string()) return Fail(ErrorCode::kMalformed, "Url must be a string");
  auto url = service::ParseOriginUrl(text.get_ref<const std::string&>());
  if (!url) return Fail(ErrorCode::kMalformed, fmt::format("Invalid url: {}", url.error().detail));
  if (url->scheme != "ovt") {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("Streams cannot be pulled by [{}] here, only by [ovt]", url->scheme));
  }
  if (!IsName(url->app) || !IsName(url->stream))
    return Fail(ErrorCode::kMalformed, "Invalid url: its path is no /app/stream");
  return url;
}

std::string TextOf(const service::OriginUrl& url) {
  return url.query.empty() ? url.text() : url.text() + "?" + url.query;
}

}  // namespace

Result<Spec> ReadSpec(const json& body, const std::string& vhost, const std::string& app) {
  if (!body.is_object()) return Fail(ErrorCode::kMalformed, "Request body must be an object");
  const auto name = body.find("name");
  const auto urls = body.find("urls");
  if (name == body.end() || !name->is_string() || urls == body.end() || !urls->is_array())
    return Fail(ErrorCode::kMalformed, "Stream name or urls is required");
  if (urls->empty()) return Fail(ErrorCode::kMalformed, "Urls must be at least one");
  if (urls->size() > kUrlsMax)
    return Fail(ErrorCode::kMalformed, fmt::format("Urls must be at most {}", kUrlsMax));
  Spec spec{.path = {.vhost = vhost, .app = app, .name = name->get<std::string>()}};
  if (!IsName(spec.path.name)) return Fail(ErrorCode::kMalformed, "Invalid stream name");
  for (const json& text : *urls) {
    auto url = ReadUrl(text);
    if (!url) return tl::unexpected(url.error());
    spec.urls.push_back(*std::move(url));
  }
  const auto properties = body.find("properties");
  if (properties != body.end() && properties->is_object()) ReadProperties(*properties, spec);
  return spec;
}

json Keep(const Spec& spec) {
  json urls = json::array();
  for (const service::OriginUrl& url : spec.urls)
    urls.push_back(TextOf(url));
  json properties{{"persistent", spec.persistent}, {"retryCount", spec.retry_count.value_or(-1)}};
  if (spec.no_input_failover)
    properties["noInputFailoverTimeoutMs"] = spec.no_input_failover->count();
  if (spec.unused_deletion)
    properties["unusedStreamDeletionTimeoutMs"] = spec.unused_deletion->count();
  return {{"vhost", spec.path.vhost},
          {"app", spec.path.app},
          {"name", spec.path.name},
          {"urls", std::move(urls)},
          {"properties", std::move(properties)}};
}

Result<Spec> ReadKept(const json& kept) {
  for (const char* part : {"vhost", "app"}) {
    if (!kept.is_object() || !kept.contains(part) || !kept[part].is_string())
      return Fail(ErrorCode::kMalformed, fmt::format("it has no {}", part));
  }
  return ReadSpec(kept, kept["vhost"].get<std::string>(), kept["app"].get<std::string>());
}

Plan PlanFor(const Spec& spec, const service::OriginProperties& properties) {
  const milliseconds silence =
      spec.no_input_failover.value_or(properties.no_input_failover_timeout);
  const milliseconds unused =
      spec.unused_deletion.value_or(properties.unused_stream_deletion_timeout);
  return {.urls = spec.urls,
          .no_input_failover = std::clamp(silence, kSilenceMin, kTimeMax),
          .unused_deletion = std::clamp(unused, milliseconds(0), kTimeMax),
          .passes =
              std::clamp<int64_t>(spec.retry_count.value_or(properties.retry_count), 1, kPassesMax),
          .persistent = spec.persistent};
}

}  // namespace weir::pull

#include "origin/wcs/pushed_streams.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/uuid.h"
#include "origin/wcs/filter.h"

namespace weir::wcs {
namespace {

Push ToPush(const push::Spec& spec) {
  return {.media_session_id = spec.id, .stream_name = spec.stream.name, .rtmp_url = spec.url};
}

/// As WCS names it at the other end.
std::string KeyFor(const std::string& stream_name) {
  return "rtmp_" + stream_name;
}

}  // namespace

void PushedStreams::Start(const std::string& stream_name, const std::string& rtmp_url,
                          bool url_is_whole, std::function<void(Result<Push>)> started) {
  Filter filter;
  filter.name = stream_name;
  const std::vector<hooks::StreamObject> live = in_.publishers.List();
  const auto stream = std::ranges::find_if(live, [&](const auto& one) { return filter.Has(one); });
  if (stream == live.end()) return started(Fail(ErrorCode::kNotFound, "there is no such stream"));
  if (const Status may = in_.may_push(stream->path); !may)
    return started(tl::unexpected(may.error()));
  std::string url = rtmp_url;
  std::string key = KeyFor(stream->path.name);
  if (url_is_whole) {
    const size_t slash = url.rfind('/');
    if (slash == std::string::npos)
      return started(Fail(ErrorCode::kMalformed, "rtmpUrl has no stream"));
    key = url.substr(slash + 1);
    url.resize(slash);
  }
  const nlohmann::json body{{"id", crypto::RandomUuid()},
                            {"stream", {{"name", stream->path.name}}},
                            {"protocol", "rtmp"},
                            {"url", url},
                            {"streamKey", key}};
  const auto spec = push::ReadSpec(body, stream->path.vhost, stream->path.app, in_.utc());
  if (!spec) return started(Fail(ErrorCode::kMalformed, spec.error().detail));
  for (const push::Spec& other : Specs()) {
    if (other.stream == spec->stream && other.url == url && other.stream_key == key)
      return started(Fail(ErrorCode::kConflict, "it is sent there already"));
  }
  in_.pushes.Add(*spec, [spec = *spec, started = std::move(started)](const Result<void>& kept) {
    if (!kept) return started(tl::unexpected(kept.error()));
    started(ToPush(spec));
  });
}

std::vector<Push> PushedStreams::List() {
  std::vector<Push> list;
  for (const push::Spec& spec : Specs())
    list.push_back(ToPush(spec));
  return list;
}

bool PushedStreams::End(const std::string& media_session_id) {
  const std::vector<push::Spec> specs = Specs();
  const auto found = std::ranges::find(specs, media_session_id, &push::Spec::id);
  if (found == specs.end()) return false;
  in_.pushes.Remove(found->key(), [](const Result<push::Pushes::Shown>& /*gone*/) {});
  return true;
}

/// Of all by RTMP.
std::vector<push::Spec> PushedStreams::Specs() const {
  std::vector<push::Spec> specs;
  for (const auto& [vhost, app] : in_.apps()) {
    for (const push::Pushes::Shown& push : in_.pushes.List(vhost, app)) {
      if (push.spec.protocol == "rtmp") specs.push_back(push.spec);
    }
  }
  return specs;
}

}  // namespace weir::wcs

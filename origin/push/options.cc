#include "origin/push/options.h"

#include <chrono>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "origin/api/place.h"

namespace weir::push {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kPatienceMax = 600'000;

/// A time by either of its names; -1 is the usual one.
Result<milliseconds> ReadPatience(const config::Node& push, const std::string& name,
                                  milliseconds usual) {
  for (const std::string& each : {name, name + "Ms"}) {
    const auto time = push.Integer(each, -1, -1, kPatienceMax);
    if (!time) return tl::unexpected(time.error());
    if (*time > 0) usual = milliseconds(*time);
  }
  return usual;
}

Status ReadMap(const config::Node& push, Options& options) {
  const config::Node* const map = push.Child("StreamMap");
  if (map == nullptr) return {};
  const Result<std::string> path = map->EnabledPath();
  if (!path) return tl::unexpected(path.error());
  if (!path->empty()) options.map = *path;
  return {};
}

Status ReadPush(const config::Node& push, Options& options) {
  const auto connect = ReadPatience(push, "ConnectionTimeout", options.patience.connect);
  if (!connect) return tl::unexpected(connect.error());
  const auto send = ReadPatience(push, "SendTimeout", options.patience.send);
  if (!send) return tl::unexpected(send.error());
  options.patience = {.connect = *connect, .send = *send};
  return ReadMap(push, options);
}

}  // namespace

Result<std::optional<Options>> ReadOptions(const service::Application& application) {
  std::optional<Options> options;
  for (const char* name : {"MPEGTSPush", "SRTPush", "RTMPPush", "Push"}) {
    const config::Node* const push = application.Publisher(name);
    if (push == nullptr) continue;
    if (!options) options.emplace();
    if (Status read = ReadPush(*push, *options); !read) return tl::unexpected(read.error());
  }
  if (!options) return options;
  auto names = service::ReadEncodeNames(application);
  if (!names) return tl::unexpected(names.error());
  options->names = *std::move(names);
  return options;
}

Result<Options> FindOptions(const service::VirtualHosts& hosts, std::string_view vhost,
                            std::string_view app) {
  const auto application = api::FindApplication(hosts, vhost, app);
  if (!application) return tl::unexpected(application.error());
  auto options = ReadOptions(**application);
  if (!options) return tl::unexpected(options.error());
  if (!*options) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("Could not find application: [{}/{}]", vhost, app));
  }
  return **std::move(options);
}

}  // namespace weir::push

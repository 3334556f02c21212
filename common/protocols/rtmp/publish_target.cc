#include "protocols/rtmp/publish_target.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "protocols/rtmp/rtmp_url.h"

namespace weir::rtmp {
namespace {

constexpr size_t kNameSizeMax = 255;

std::string TextMember(const amf::Object& object, std::string_view name) {
  const amf::Value* value = object.Find(name);
  return value == nullptr || value->text() == nullptr ? std::string() : *value->text();
}

/// "app/instance" in its two parts, whatever the number of slashes around them.
void SplitPath(std::string_view path, ConnectTarget& target) {
  while (path.starts_with('/'))
    path.remove_prefix(1);
  while (path.ends_with('/'))
    path.remove_suffix(1);
  const size_t slash = path.find('/');
  target.app = path.substr(0, slash);
  if (slash != std::string_view::npos) target.instance = path.substr(slash + 1);
}

bool CanNameStream(std::string_view name) {
  return !name.empty() && name.size() <= kNameSizeMax &&
         std::none_of(name.begin(), name.end(), [](char c) {
           return c == '/' || static_cast<uint8_t>(c) < ' ' || c == '\x7f';
         });
}

}  // namespace

Result<ConnectTarget> ReadConnectTarget(const amf::Object& command) {
  ConnectTarget target;
  std::string app = TextMember(command, "app");
  target.query = TakeQuery(app);
  if (const std::string tc_url = TextMember(command, "tcUrl"); !tc_url.empty()) {
    Result<RtmpUrl> url = ParseRtmpUrl(tc_url);
    if (!url) return tl::unexpected(std::move(url).error());
    target.scheme = url->secure ? "rtmps" : "rtmp";
    target.host = std::move(url->host);
    target.port = url->port;
    if (app.empty()) app = std::move(url->path);
    if (!url->query.empty()) target.query = std::move(url->query);
  }
  SplitPath(app, target);
  if (!CanNameStream(target.app)) return Fail(ErrorCode::kMalformed, "connect names no app");
  return target;
}

Result<service::PublishRequest> CompleteTarget(const ConnectTarget& target, std::string_view key) {
  std::string stream(key);
  std::string query = TakeQuery(stream);
  if (stream.empty()) stream = target.instance;
  if (!CanNameStream(stream)) return Fail(ErrorCode::kRefused, "the stream has no usable name");
  const bool is_ipv6 = target.host.find(':') != std::string::npos;
  const std::string host = is_ipv6 ? "[" + target.host + "]" : target.host;
  std::string url =
      fmt::format("{}://{}:{}/{}/{}", target.scheme, host, target.port, target.app, stream);
  return service::PublishRequest{.protocol = "rtmp",
                                 .host = target.host,
                                 .app = target.app,
                                 .stream = std::move(stream),
                                 .query = query.empty() ? target.query : std::move(query),
                                 .url = std::move(url),
                                 .peer = {},
                                 .secure = target.scheme == "rtmps"};
}

}  // namespace weir::rtmp

#include "protocols/rtmp/egress_target.h"

#include <utility>

#include <fmt/format.h>

#include "protocols/rtmp/rtmp_url.h"

namespace weir::rtmp {
namespace {

constexpr uint16_t kPort = 1935;
constexpr uint16_t kSecurePort = 443;
/// Of a name in a command; AMF0 could carry more.
constexpr size_t kNameSizeMax = 4096;

std::string Authority(const RtmpUrl& url) {
  const bool bracketed = url.host.find(':') != std::string::npos;
  const std::string host = bracketed ? fmt::format("[{}]", url.host) : url.host;
  return url.port == (url.secure ? kSecurePort : kPort) ? host
                                                        : fmt::format("{}:{}", host, url.port);
}

}  // namespace

Result<EgressTarget> ReadEgressTarget(std::string_view url, std::string_view key) {
  Result<RtmpUrl> read = ParseRtmpUrl(url);
  if (!read) return tl::unexpected(read.error());
  if (url.size() + key.size() > kNameSizeMax)
    return Fail(ErrorCode::kMalformed, "the address is too long");
  EgressTarget target{.secure = read->secure, .host = read->host, .port = read->port};
  const std::string query = read->query.empty() ? "" : "?" + read->query;
  target.app = read->path;
  if (key.empty()) {
    const size_t slash = target.app.rfind('/');
    if (slash == std::string::npos) return Fail(ErrorCode::kMalformed, "there is no stream key");
    target.key = target.app.substr(slash + 1) + query;
    target.app.resize(slash);
  } else {
    target.key = key;
    target.app += query;
  }
  if (read->path.empty() || target.key.empty())
    return Fail(ErrorCode::kMalformed, "there is no application in the address");
  target.tc_url =
      fmt::format("{}://{}/{}", target.secure ? "rtmps" : "rtmp", Authority(*read), target.app);
  return target;
}

}  // namespace weir::rtmp

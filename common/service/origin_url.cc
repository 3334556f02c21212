#include "service/origin_url.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "service/letters.h"

namespace weir::service {
namespace {

constexpr size_t kLongestUrl = 8'192;
constexpr size_t kLongestName = 255;
constexpr std::string_view kSchemeEnd = "://";

uint16_t DefaultPort(std::string_view scheme) {
  if (scheme == "ovt") return 9'000;
  if (scheme == "rtsp") return 554;
  if (scheme == "rtmp") return 1'935;
  return 0;
}

std::optional<uint16_t> ReadPort(std::string_view text) {
  const auto port = ReadNumber<uint16_t>(text);
  return port == 0 ? std::nullopt : port;
}

/// Takes what stands before `end` off `text`, and the end too; all of it where there is no `end`.
std::string_view TakeUntil(std::string_view& text, std::string_view end) {
  const size_t at = text.find(end);
  const std::string_view taken = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + end.size());
  return taken;
}

/// "host", "host:port", "[::1]" or "[::1]:port"
Status ReadAuthority(std::string_view text, OriginUrl& url) {
  if (text.find('@') != std::string_view::npos)
    return Fail(ErrorCode::kUnsupported, "an origin url with a user name");
  if (text.starts_with('[')) {
    text.remove_prefix(1);
    if (text.find(']') == std::string_view::npos)
      return Fail(ErrorCode::kMalformed, "an origin url without ']'");
    url.host = TakeUntil(text, "]");
    if (!text.empty() && !text.starts_with(':'))
      return Fail(ErrorCode::kMalformed, "an origin url with text behind ']'");
  } else {
    const size_t colon = std::min(text.find(':'), text.size());
    url.host = text.substr(0, colon);
    text.remove_prefix(colon);
  }
  if (url.host.empty() || url.host.size() > kLongestName)
    return Fail(ErrorCode::kMalformed, "an origin url without a host");
  if (text.empty()) {
    url.port = DefaultPort(url.scheme);
    if (url.port != 0) return {};
    return Fail(ErrorCode::kUnsupported,
                fmt::format("an origin url of scheme {} without a port", url.scheme));
  }
  const std::optional<uint16_t> port = ReadPort(text.substr(1));
  if (!port) return Fail(ErrorCode::kMalformed, "an origin url without a sensible port");
  url.port = *port;
  return {};
}

}  // namespace

std::string OriginUrl::text() const {
  const bool ipv6 = host.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}/{}/{}", scheme, ipv6 ? "[" + host + "]" : host, port, app, stream);
}

Result<OriginUrl> ParseOriginUrl(std::string_view text) {
  if (text.size() > kLongestUrl) return Fail(ErrorCode::kLimitExceeded, "an origin url too long");
  OriginUrl url;
  url.scheme = "ovt";
  std::string_view rest = text;
  std::string_view address = TakeUntil(rest, "?");
  url.query = rest;
  if (address.find(kSchemeEnd) != std::string_view::npos)
    url.scheme = LowerCase(TakeUntil(address, kSchemeEnd));
  if (url.scheme.empty()) return Fail(ErrorCode::kMalformed, "an origin url without a scheme");
  const std::string_view authority = TakeUntil(address, "/");
  if (const Status read = ReadAuthority(authority, url); !read) return tl::unexpected(read.error());
  url.app = TakeUntil(address, "/");
  url.stream = address;
  if (url.app.empty() || url.stream.empty() || url.stream.find('/') != std::string::npos)
    return Fail(ErrorCode::kMalformed, "an origin url whose path is not /app/stream");
  return url;
}

}  // namespace weir::service

#include "protocols/rtmp/rtmp_url.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace weir::rtmp {
namespace {

constexpr uint16_t kPort = 1935;
constexpr uint16_t kSecurePort = 443;

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) { return Lower(c); });
  return lower;
}

std::string_view TrimSlashes(std::string_view text) {
  while (text.starts_with('/'))
    text.remove_prefix(1);
  while (text.ends_with('/'))
    text.remove_suffix(1);
  return text;
}

/// Reads ":1935", or nothing at all.
Status ReadPort(std::string_view text, RtmpUrl& url) {
  if (text.empty()) return {};
  if (!text.starts_with(':')) return Fail(ErrorCode::kMalformed, "host in tcUrl");
  text.remove_prefix(1);
  const auto port = ReadNumber<uint16_t>(text);
  if (!port || *port == 0) return Fail(ErrorCode::kMalformed, "port in tcUrl");
  url.port = *port;
  return {};
}

Status ReadAuthority(std::string_view authority, RtmpUrl& url) {
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);  // A user name and password mean nothing here.
  const bool bracketed = authority.starts_with('[');
  const size_t host_end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && host_end == std::string_view::npos)
    return Fail(ErrorCode::kMalformed, "host in tcUrl");
  url.host = Lower(authority.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end));
  if (url.host.empty()) return Fail(ErrorCode::kMalformed, "no host in tcUrl");
  authority.remove_prefix(std::min(authority.size(), bracketed ? host_end + 1 : host_end));
  return ReadPort(authority, url);
}

}  // namespace

Result<RtmpUrl> ParseRtmpUrl(std::string_view text) {
  RtmpUrl url;
  const size_t colon = text.find("://");
  const std::string scheme = Lower(text.substr(0, std::min(colon, text.size())));
  url.secure = scheme == "rtmps";
  if (colon == std::string_view::npos || (scheme != "rtmp" && !url.secure))
    return Fail(ErrorCode::kMalformed, "scheme of tcUrl");
  url.port = url.secure ? kSecurePort : kPort;

  std::string rest(text.substr(colon + 3));
  url.query = TakeQuery(rest);
  const size_t slash = std::min(rest.find('/'), rest.size());
  if (Status read = ReadAuthority(std::string_view(rest).substr(0, slash), url); !read)
    return tl::unexpected(std::move(read).error());
  url.path = TrimSlashes(std::string_view(rest).substr(slash));
  return url;
}

std::string TakeQuery(std::string& text) {
  const size_t mark = text.find('?');
  if (mark == std::string::npos) return {};
  std::string query = text.substr(mark + 1);
  text.resize(mark);
  return query;
}

}  // namespace weir::rtmp

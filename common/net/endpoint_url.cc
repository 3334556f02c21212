#include "net/endpoint_url.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace weir::net {
namespace {

constexpr size_t kHostSizeMax = 253;  // RFC 1035, 2.3.4, less what is not written

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool MayBeInHost(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '_' ||
         c == ':' || c == '%';
}

bool IsHost(std::string_view host) {
  return !host.empty() && host.size() <= kHostSizeMax &&
         std::all_of(host.begin(), host.end(), MayBeInHost);
}

tl::unexpected<Error> Malformed(const char* what) {
  return Fail(ErrorCode::kMalformed, what);
}

}  // namespace

Result<EndpointUrl> ParseEndpointUrl(std::string_view text) {
  const size_t colon = text.find("://");
  if (colon == 0 || colon == std::string_view::npos) return Malformed("a URL without a scheme");
  EndpointUrl url;
  url.scheme = text.substr(0, colon);
  std::transform(url.scheme.begin(), url.scheme.end(), url.scheme.begin(), Lower);
  std::string_view rest = text.substr(colon + 3);
  std::string_view before_query = TakeUntil(rest, '?');
  url.query = rest;
  std::string_view authority = TakeUntil(before_query, '/');
  if (const size_t at = authority.rfind('@'); at != std::string_view::npos)
    authority.remove_prefix(at + 1);

  const bool bracketed = authority.starts_with('[');
  const size_t host_end = authority.rfind(bracketed ? "]:" : ":");
  if (host_end == std::string_view::npos) return Malformed("a URL without a port");
  url.host = authority.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0));
  if (!IsHost(url.host) || (!bracketed && url.host.find(':') != std::string::npos))
    return Malformed("a URL without a host");
  const auto port = ReadNumber<uint16_t>(authority.substr(host_end + (bracketed ? 2 : 1)));
  if (!port || *port == 0) return Malformed("a URL with a port that is none");
  url.port = *port;
  return url;
}

}  // namespace weir::net

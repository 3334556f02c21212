#include "http/url.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "http/fields.h"
#include "http/request_reader.h"

namespace weir::http {
namespace {

constexpr size_t kUrlMax = size_t{8} * 1024;

uint16_t OwnPort(bool secure) {
  return secure ? 443 : 80;
}

/// Of "host:8080"; nothing where there is none, 0 where it is no port.
Result<uint16_t> ReadPort(std::string_view authority, bool secure) {
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  if (colon == std::string_view::npos || colon + 1 == authority.size()) return OwnPort(secure);
  const auto port = ReadNumber<uint16_t>(authority.substr(colon + 1));
  if (!port || *port == 0) return Fail(ErrorCode::kMalformed, "the URL's port is none");
  return *port;
}

}  // namespace

std::string Url::Authority() const {
  const bool is_ipv6 = host.find(':') != std::string::npos;
  std::string authority = is_ipv6 ? "[" + host + "]" : host;
  if (port != OwnPort(secure)) authority += fmt::format(":{}", port);
  return authority;
}

Result<Url> ParseUrl(std::string_view text) {
  const auto wrong = [](char c) { return static_cast<uint8_t>(c) <= ' ' || c == '\x7f'; };
  if (text.size() > kUrlMax || std::any_of(text.begin(), text.end(), wrong))
    return Fail(ErrorCode::kMalformed, "this is no URL");
  text = text.substr(0, text.find('#'));
  const size_t colon = text.find("://");
  const std::string_view scheme = text.substr(0, std::min(colon, text.size()));
  Url url{.secure = SameWord(scheme, "https"), .host = {}, .target = {}};
  if (colon == std::string_view::npos || (!url.secure && !SameWord(scheme, "http")))
    return Fail(ErrorCode::kMalformed, "the URL is neither http nor https");
  text.remove_prefix(colon + 3);
  const size_t end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, end);
  const auto host = HostName(authority);
  if (!host || host->empty()) return Fail(ErrorCode::kMalformed, "the URL has no usable host");
  const Result<uint16_t> port = ReadPort(authority, url.secure);
  if (!port) return tl::unexpected(port.error());
  url.host = host->starts_with('[') ? host->substr(1, host->size() - 2) : *host;
  url.port = *port;
  url.target = text.substr(end);
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  return url;
}

}  // namespace weir::http

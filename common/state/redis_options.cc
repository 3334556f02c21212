#include "state/redis_options.h"

#include <tuple>

#include <fmt/format.h>

#include "base/text.h"

namespace weir::state {
namespace {

Result<uint16_t> ParsePort(std::string_view text) {
  const auto port = ReadNumber<uint16_t>(text);
  if (!port || *port == 0)
    return Fail(ErrorCode::kMalformed, fmt::format("'{}' is not a port", text));
  return *port;
}

}  // namespace

std::string Endpoint::Text() const {
  const bool bare = host.find(':') == std::string::npos;
  return bare ? fmt::format("{}:{}", host, port) : fmt::format("[{}]:{}", host, port);
}

Result<Endpoint> ParseEndpoint(std::string_view text, uint16_t default_port) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    host = text.substr(1, end == std::string_view::npos ? 0 : end - 1);
    if (end != std::string_view::npos) port = text.substr(end + 1);
    if (!port.empty() && port.front() != ':') host = {};
  } else if (const size_t colon = text.find(':');
             colon != std::string_view::npos && text.rfind(':') == colon) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (host.empty()) return Fail(ErrorCode::kMalformed, fmt::format("'{}' names no host", text));
  if (port.empty()) return Endpoint{.host = std::string(host), .port = default_port};
  const Result<uint16_t> number = ParsePort(port.substr(1));
  if (!number) return tl::unexpected(number.error());
  return Endpoint{.host = std::string(host), .port = *number};
}

}  // namespace weir::state

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::net {

/// A URL that names a port to send to: "srt://host:9999?latency=120000", "udp://239.0.0.1:5000".
struct EndpointUrl {
  std::string scheme;  ///< Lower case.
  std::string host;    ///< Name or numeric address; an IPv6 address without brackets.
  uint16_t port = 0;
  std::string query;  ///< Without '?'; not decoded.
};

/// kMalformed: no scheme, host or port, or bytes that have no place in a host's name. A path is
/// left out; the '@' of "udp://@239.0.0.1:5000" too, with all before it.
Result<EndpointUrl> ParseEndpointUrl(std::string_view text);

}  // namespace weir::net

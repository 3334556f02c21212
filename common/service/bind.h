#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/node.h"

namespace weir::service {

/// Where one protocol listens: the addresses of <Server><IP> with the ports of its <Bind> element.
struct Bind {
  std::vector<std::string> addresses;  ///< Numeric: "0.0.0.0", "::", "127.0.0.1".
  std::optional<uint16_t> port;        ///< <Port>; a protocol whose port is not given is off.
  std::optional<uint16_t> tls_port;    ///< <TLSPort>
};

/// `element` is the path below <Bind>, "Providers/RTMP". Where the element is there but has no
/// <Port>, `default_port` is taken; where the element is missing, there is no port.
Result<Bind> ReadBind(const config::Node& server, std::string_view element, uint16_t default_port);

/// The addresses of <Server><IP>: "*" is every IPv4 address, "::" every IPv6 one; without <IP>,
/// "*".
Result<std::vector<std::string>> ReadAddresses(const config::Node& server);

/// A <Port> or <TLSPort> of `node`: nothing when there is none.
Result<std::optional<uint16_t>> ReadPort(const config::Node& node, std::string_view child);

}  // namespace weir::service

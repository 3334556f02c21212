#include "service/bind.h"

namespace weir::service {

Result<std::optional<uint16_t>> ReadPort(const config::Node& node, std::string_view child) {
  const config::Node* port = node.Child(child);
  if (port == nullptr) return std::optional<uint16_t>{};
  const Result<int64_t> number = node.Integer(child, 0, 1, 65'535);
  if (!number) return tl::unexpected(number.error());
  return std::optional<uint16_t>(static_cast<uint16_t>(*number));
}

Result<std::vector<std::string>> ReadAddresses(const config::Node& server) {
  std::vector<std::string> addresses;
  for (const config::Node* ip : server.Children("IP")) {
    const std::string text = ip->text();
    if (text.empty()) return ip->Wrong("needs an address: *, :: or a numeric one");
    addresses.push_back(text == "*" ? "0.0.0.0" : text);
  }
  if (addresses.empty()) addresses.emplace_back("0.0.0.0");
  return addresses;
}

Result<Bind> ReadBind(const config::Node& server, std::string_view element, uint16_t default_port) {
  Result<std::vector<std::string>> addresses = ReadAddresses(server);
  if (!addresses) return tl::unexpected(addresses.error());
  Bind bind{.addresses = std::move(*addresses), .port = {}, .tls_port = {}};
  const config::Node* node = server.Find("Bind/" + std::string(element));
  if (node == nullptr) return bind;
  const auto port = ReadPort(*node, "Port");
  if (!port) return tl::unexpected(port.error());
  const auto tls_port = ReadPort(*node, "TLSPort");
  if (!tls_port) return tl::unexpected(tls_port.error());
  bind.port = port->value_or(default_port);
  bind.tls_port = *tls_port;
  return bind;
}

}  // namespace weir::service

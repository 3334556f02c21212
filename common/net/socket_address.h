#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <sys/socket.h>

#include "base/result.h"
#include "net/ip_address.h"

namespace weir::net {

/// An IPv4 or IPv6 address with its port.
class SocketAddress {
 public:
  SocketAddress() = default;

  /// From a numeric address ("0.0.0.0", "::1"), without brackets.
  static Result<SocketAddress> Parse(const std::string& host, uint16_t port);

  /// From what the kernel gave; of another family than the two it is empty.
  static SocketAddress From(const sockaddr* address);

  static SocketAddress Of(const IpAddress& ip, uint16_t port);

  /// "192.0.2.1:50123", "[2001:db8::1]:50123". An IPv4 address that came over an IPv6 socket is
  /// shown as the IPv4 address it is.
  std::string Text() const;

  /// Nothing when it is empty.
  std::optional<IpAddress> ip() const;

  uint16_t port() const;
  void set_port(uint16_t port);

  int family() const { return storage_.ss_family; }

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }

  socklen_t size() const;

 private:
  sockaddr_storage storage_{};
};

}  // namespace weir::net

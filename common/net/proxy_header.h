#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "net/socket_address.h"

namespace weir::net {

/// Reads what a load balancer sends in front of a connection's own bytes to say whose it is: the
/// PROXY protocol, versions 1 and 2 (haproxy's doc/proxy-protocol.txt).
///
///   version 1   "PROXY TCP4 192.0.2.1 192.0.2.9 50123 1935\r\n", at most 107 bytes
///   version 2   signature (12) | 2, command (1) | family, transport (1) | length (2) |
///               source, destination, ports | type (1), length (2), value ...
class ProxyHeaderReader {
 public:
  /// A whole header of version 2. haproxy's own rarely pass a hundred bytes.
  static constexpr size_t kBytesMax = 4096;

  /// Returns how many bytes it took: fewer than given only when done. An Error is final.
  Result<size_t> Feed(std::span<const uint8_t> bytes);

  bool done() const { return done_; }

  /// Once done: the client. Nothing where the proxy speaks for itself (LOCAL, for health checks) or
  /// cannot tell (UNKNOWN, UNSPEC, a unix socket): the connection's own address stands.
  const std::optional<SocketAddress>& client() const { return client_; }

 private:
  size_t Take(std::span<const uint8_t> bytes, size_t size);
  Result<size_t> FeedLine(std::span<const uint8_t> bytes);
  Result<size_t> FeedBinary(std::span<const uint8_t> bytes);
  Status ReadLine();
  Status CheckBinaryStart();
  Status ReadBinary();

  std::span<const uint8_t> held() const {
    return {reinterpret_cast<const uint8_t*>(held_.data()), held_.size()};
  }

  std::string held_;  // of the header, so far
  bool done_ = false;
  std::optional<SocketAddress> client_;
};

}  // namespace weir::net

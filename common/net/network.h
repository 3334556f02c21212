#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/ip_address.h"

namespace weir::net {

/// The addresses that begin with the same bits: "10.0.0.0/8", "2001:db8::/32" (RFC 4632, RFC 4291).
class Network {
 public:
  /// An address alone is a network of one. kMalformed for anything else, and for bits set behind
  /// the prefix, which somebody must have meant otherwise.
  static Result<Network> Parse(std::string_view text);

  /// The same, whatever is set behind the prefix: for texts that others wrote.
  static Result<Network> Around(std::string_view text);

  /// No IPv4 address is in an IPv6 network, not even in ::/0.
  bool Contains(const IpAddress& address) const;

 private:
  Network(IpAddress first, int prefix) : first_(first), prefix_(prefix) {}

  IpAddress first_;  // or any other: only its first bits are looked at
  int prefix_;       // bits of the sixteen bytes
};

/// A list of networks: whom to trust, whom to except.
class Networks {
 public:
  Networks() = default;

  explicit Networks(std::vector<Network> list) : list_(std::move(list)) {}

  bool Contain(const IpAddress& address) const;

  bool empty() const { return list_.empty(); }

 private:
  std::vector<Network> list_;
};

}  // namespace weir::net

#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace weir::net {

/// An IPv4 or IPv6 address without a port. One that came as IPv6 but stands for an IPv4 address
/// (::ffff:192.0.2.1) is that IPv4 address.
class IpAddress {
 public:
  IpAddress() = default;  ///< "::"

  static IpAddress V4(std::span<const uint8_t, 4> bytes);
  static IpAddress V6(std::span<const uint8_t, 16> bytes);

  /// "192.0.2.1" or "2001:db8::1", without brackets or port.
  static std::optional<IpAddress> Parse(std::string_view text);

  bool is_v4() const;

  /// All sixteen, an IPv4 address as ::ffff:a.b.c.d.
  const std::array<uint8_t, 16>& bytes() const { return bytes_; }

  std::string Text() const;

  auto operator<=>(const IpAddress&) const = default;

 private:
  std::array<uint8_t, 16> bytes_{};
};

/// The address in "192.0.2.1:50123", "[2001:db8::1]:50123", and in the same without a port.
std::string_view HostOf(std::string_view address);

}  // namespace weir::net

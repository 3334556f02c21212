#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace weir::testing {

inline std::string Bytes(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values)
    bytes += static_cast<char>(value);
  return bytes;
}

inline constexpr std::string_view kProxySignature("\r\n\r\n\0\r\nQUIT\n", 12);

/// A PROXY header of version 2: `command` 0x20 is LOCAL, 0x21 PROXY; `family` 0x11 is TCP4.
inline std::string ProxyBinary(int command, int family, const std::string& rest) {
  const auto size = static_cast<int>(rest.size());
  return std::string(kProxySignature) + Bytes({command, family, size >> 8, size & 0xff}) + rest;
}

/// From 192.0.2.1:50123 to 198.51.100.9:443.
inline std::string Tcp4Addresses() {
  return Bytes({192, 0, 2, 1, 198, 51, 100, 9, 0xc3, 0xcb, 0x01, 0xbb});
}

inline std::string Extension(int type, const std::string& value) {
  const auto size = static_cast<int>(value.size());
  return Bytes({type, size >> 8, size & 0xff}) + value;
}

}  // namespace weir::testing

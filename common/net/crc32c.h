#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weir::net {

/// The checksum of iSCSI and of the PROXY protocol (RFC 3720, appendix B.4). To go on behind other
/// bytes, pass what they gave.
inline uint32_t Crc32c(std::span<const uint8_t> bytes, uint32_t before = 0) {
  static constexpr auto kTable = [] {
    std::array<uint32_t, 256> table{};
    for (uint32_t i = 0; i < table.size(); ++i) {
      uint32_t value = i;
      for (int bit = 0; bit < 8; ++bit) {
        value = (value >> 1) ^ ((value & 1) != 0 ? 0x82f63b78U : 0);
      }
      table[i] = value;
    }
    return table;
  }();
  uint32_t crc = ~before;
  for (const uint8_t byte : bytes) {
    crc = (crc >> 8) ^ kTable[(crc ^ byte) & 0xff];
  }
  return ~crc;
}

}  // namespace weir::net

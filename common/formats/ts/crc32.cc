#include "formats/ts/crc32.h"

namespace weir::ts {

uint32_t Crc32(std::span<const uint8_t> bytes) {
  // Bit by bit: sections have a few dozen bytes, twice per segment.
  constexpr uint32_t kPolynomial = 0x04C11DB7;
  constexpr uint32_t kHighBit = 0x80000000;
  uint32_t crc = 0xFFFFFFFF;
  for (const uint8_t byte : bytes) {
    crc ^= uint32_t{byte} << 24;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & kHighBit) != 0 ? (crc << 1) ^ kPolynomial : crc << 1;
  }
  return crc;
}

}  // namespace weir::ts

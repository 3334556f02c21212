#pragma once

#include <cstdint>
#include <span>

namespace weir::ts {

/// CRC_32 of a table section (ISO/IEC 13818-1, annex A): zero over a section with its CRC.
uint32_t Crc32(std::span<const uint8_t> bytes);

}  // namespace weir::ts

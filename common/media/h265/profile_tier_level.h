#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "base/bit_reader.h"

namespace weir::media::h265 {

/// The general part of profile_tier_level (H.265 7.3.3), in the widths that hvcC has for it.
struct ProfileTierLevel {
  uint8_t profile_space = 0;
  bool high_tier = false;
  uint8_t profile = 0;
  uint32_t compatibility = 0;
  std::array<uint8_t, 6> constraints{};
  uint8_t level = 0;  ///< Thirty times the level's number.
};

/// Reads the general part and skips those of `sub_layers` lower layers, 0 to 6.
ProfileTierLevel ReadProfileTierLevel(BitReader& bits, uint32_t sub_layers);

/// "hvc1.1.6.L93.B0" (ISO/IEC 14496-15, E.3).
std::string CodecString(const ProfileTierLevel& level);

}  // namespace weir::media::h265

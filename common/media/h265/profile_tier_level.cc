#include "media/h265/profile_tier_level.h"

#include <string_view>

#include <fmt/format.h>

namespace weir::media::h265 {
namespace {

uint32_t ReverseBits(uint32_t value) {
  uint32_t reversed = 0;
  for (int i = 0; i < 32; ++i)
    reversed = reversed << 1 | (value >> i & 1);
  return reversed;
}

void SkipSubLayers(BitReader& bits, uint32_t sub_layers) {
  if (sub_layers == 0) return;
  std::array<bool, 8> has_profile{};
  std::array<bool, 8> has_level{};
  for (uint32_t i = 0; i < sub_layers; ++i) {
    has_profile.at(i) = bits.Flag();
    has_level.at(i) = bits.Flag();
  }
  bits.Skip(size_t{2} * (8 - sub_layers));
  for (uint32_t i = 0; i < sub_layers; ++i) {
    if (has_profile.at(i)) bits.Skip(88);
    if (has_level.at(i)) bits.Skip(8);
  }
}

}  // namespace

ProfileTierLevel ReadProfileTierLevel(BitReader& bits, uint32_t sub_layers) {
  ProfileTierLevel level;
  level.profile_space = static_cast<uint8_t>(bits.Bits(2));
  level.high_tier = bits.Flag();
  level.profile = static_cast<uint8_t>(bits.Bits(5));
  level.compatibility = bits.Bits(32);
  for (uint8_t& byte : level.constraints)
    byte = static_cast<uint8_t>(bits.Bits(8));
  level.level = static_cast<uint8_t>(bits.Bits(8));
  SkipSubLayers(bits, sub_layers);
  return level;
}

std::string CodecString(const ProfileTierLevel& level) {
  constexpr std::string_view kSpaces[] = {"", "A", "B", "C"};
  std::string text =
      fmt::format("hvc1.{}{}.{:X}.{}{}", kSpaces[level.profile_space & 3], level.profile,
                  ReverseBits(level.compatibility), level.high_tier ? 'H' : 'L', level.level);
  size_t count = level.constraints.size();
  while (count > 0 && level.constraints.at(count - 1) == 0)
    --count;  // trailing zeroes are left out
  for (size_t i = 0; i < count; ++i)
    text += fmt::format(".{:X}", level.constraints.at(i));
  return text;
}

}  // namespace weir::media::h265

#include "media/h265/hrd.h"

namespace weir::media::h265 {
namespace {

constexpr uint32_t kCpbCountMax = 32;
constexpr uint32_t kTicksPerPictureMax = 2048;

struct Common {
  bool nal = false;
  bool vcl = false;
  bool sub_picture = false;
};

Common ReadCommon(BitReader& bits) {
  Common common;
  common.nal = bits.Flag();
  common.vcl = bits.Flag();
  if (!common.nal && !common.vcl) return common;
  common.sub_picture = bits.Flag();
  if (common.sub_picture) bits.Skip(8 + 5 + 1 + 5);
  bits.Skip(4 + 4);  // bit_rate_scale, cpb_size_scale
  if (common.sub_picture) bits.Skip(4);
  bits.Skip(5 + 5 + 5);  // three lengths
  return common;
}

void SkipSubLayer(BitReader& bits, uint32_t cpb_count, bool sub_picture) {
  for (uint32_t i = 0; i < cpb_count; ++i) {
    for (int field = 0; field < (sub_picture ? 4 : 2); ++field)
      (void)bits.Ue();
    bits.Skip(1);  // cbr_flag
  }
}

}  // namespace

std::optional<uint32_t> ReadTicksPerPicture(BitReader& bits, uint32_t sub_layers) {
  const Common common = ReadCommon(bits);
  std::optional<uint32_t> ticks;
  for (uint32_t i = 0; i <= sub_layers && bits.ok(); ++i) {
    ticks.reset();
    const bool fixed_always = bits.Flag();
    const bool fixed = fixed_always || bits.Flag();
    bool low_delay = false;
    if (fixed)
      ticks = bits.Ue(kTicksPerPictureMax - 1) + 1;
    else
      low_delay = bits.Flag();
    const uint32_t cpb_count = low_delay ? 1 : bits.Ue(kCpbCountMax - 1) + 1;
    if (common.nal) SkipSubLayer(bits, cpb_count, common.sub_picture);
    if (common.vcl) SkipSubLayer(bits, cpb_count, common.sub_picture);
  }
  return bits.ok() ? ticks : std::nullopt;
}

}  // namespace weir::media::h265

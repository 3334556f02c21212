#include "media/vui_signal.h"

namespace weir::media {
namespace {

constexpr uint32_t kUnspecified = 2;
constexpr uint32_t kExtendedSar = 255;
constexpr uint32_t kChromaLocationMax = 5;

}  // namespace

uint32_t ReadVuiSignal(BitReader& bits) {
  uint32_t transfer = kUnspecified;
  if (bits.Flag() && bits.Bits(8) == kExtendedSar) bits.Skip(32);
  if (bits.Flag()) bits.Skip(1);  // overscan_appropriate_flag
  if (bits.Flag()) {
    bits.Skip(4);  // video_format, video_full_range_flag
    if (bits.Flag()) {
      bits.Skip(8);  // primaries
      transfer = bits.Bits(8);
      bits.Skip(8);  // matrix
    }
  }
  if (bits.Flag()) {
    (void)bits.Ue(kChromaLocationMax);
    (void)bits.Ue(kChromaLocationMax);
  }
  return transfer;
}

}  // namespace weir::media

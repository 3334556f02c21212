#include "media/av1/frame_header.h"

#include "base/bit_reader.h"

namespace weir::media::av1 {

bool IsShownKeyFrame(std::span<const uint8_t> payload) {
  constexpr uint32_t kKeyFrame = 0;
  BitReader bits(payload);
  const bool shows_existing = bits.Flag();
  const uint32_t type = bits.Bits(2);
  const bool shown = bits.Flag();
  return bits.ok() && !shows_existing && type == kKeyFrame && shown;
}

}  // namespace weir::media::av1

#include "media/vui_signal.h"

#include <array>
#include <cstdint>

#include <gtest/gtest.h>

#include "media/video_range.h"

namespace weir::media {
namespace {

/// Neither aspect ratio nor overscan; colours with this transfer; no chroma location.
VideoRange RangeWith(uint8_t transfer) {
  const std::array<uint8_t, 5> bytes{0b0010'0001, 9, transfer, 9, 0};
  BitReader bits(bytes);
  return VideoRangeOf(ReadVuiSignal(bits));
}

TEST(VuiSignal, TellsTheVideoRange) {
  EXPECT_EQ(RangeWith(16), VideoRange::kPq);
  EXPECT_EQ(RangeWith(18), VideoRange::kHlg);
  EXPECT_EQ(RangeWith(1), VideoRange::kSdr);
}

TEST(VuiSignal, IsUnspecifiedWithoutColours) {
  const std::array<uint8_t, 1> bytes{0};
  BitReader bits(bytes);
  EXPECT_EQ(ReadVuiSignal(bits), 2U);
  EXPECT_EQ(NameOf(VideoRangeOf(2)), "SDR");
}

}  // namespace
}  // namespace weir::media

#include "media/h264/sps.h"

#include <vector>

#include <gtest/gtest.h>

#include "media/codec_limits.h"
#include "media/h264/avc_config.h"
#include "support/bit_writer.h"
#include "support/sample_media.h"

namespace weir::media::h264 {
namespace {

struct Shape {
  uint64_t macroblocks_wide = 80;
  uint64_t macroblocks_high = 45;
  uint64_t crop_left = 0;
};

/// Baseline, up to where the VUI flag stands.
BitWriter Baseline(const Shape& shape) {
  BitWriter bits;
  bits.Byte(0x67).Byte(66).Byte(0xc0).Byte(31).Ue(0);
  bits.Ue(0).Ue(2).Ue(1).Flag(false);  // frame numbers, order type, references, gaps
  bits.Ue(shape.macroblocks_wide - 1).Ue(shape.macroblocks_high - 1).Flag(true).Flag(true);
  bits.Flag(shape.crop_left != 0);
  if (shape.crop_left != 0) bits.Ue(shape.crop_left).Ue(0).Ue(0).Ue(0);
  return bits;
}

TEST(H264Sps, WithoutVuiHasNoRate) {
  const auto sps = ReadSps(Baseline({}).Flag(false).Flag(true).TakeNal());
  ASSERT_TRUE(sps) << sps.error().detail;
  EXPECT_EQ(sps->width, 1280U);
  EXPECT_EQ(sps->height, 720U);
  EXPECT_EQ(sps->frame_duration.count(), 0);
  EXPECT_FALSE(sps->reorder_frames_max);
}

TEST(H264Sps, WithAVuiThatIsCutOffIsTakenWithoutIt) {
  const auto sps = ReadSps(Baseline({}).Flag(true).Flag(true).Byte(255).TakeNal());
  ASSERT_TRUE(sps) << sps.error().detail;
  EXPECT_EQ(sps->width, 1280U);
  EXPECT_EQ(sps->frame_duration.count(), 0);
}

TEST(H264Sps, OfTheLargestPictureIsTakenAndOneBlockMoreIsNot) {
  constexpr uint64_t kMost = kPictureSizeMax / 16;
  const auto most = ReadSps(Baseline({.macroblocks_wide = kMost}).Flag(false).Flag(true).TakeNal());
  ASSERT_TRUE(most);
  EXPECT_EQ(most->width, kPictureSizeMax);
  const auto over =
      ReadSps(Baseline({.macroblocks_wide = kMost + 1}).Flag(false).Flag(true).TakeNal());
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, ErrorCode::kUnsupported);
  const auto absurd =
      ReadSps(Baseline({.macroblocks_wide = 0xffffffff}).Flag(false).Flag(true).TakeNal());
  ASSERT_FALSE(absurd);
}

TEST(H264Sps, ThatCropsEverythingIsRefused) {
  const auto thin = ReadSps(Baseline({.crop_left = 639}).Flag(false).Flag(true).TakeNal());
  ASSERT_TRUE(thin);
  EXPECT_EQ(thin->width, 2U);
  const auto nothing = ReadSps(Baseline({.crop_left = 640}).Flag(false).Flag(true).TakeNal());
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::kMalformed);
}

TEST(H264Sps, WithScalingListsIsRead) {
  BitWriter bits;
  bits.Byte(0x67).Byte(100).Byte(0).Byte(31).Ue(0).Ue(1).Ue(0).Ue(0).Flag(false).Flag(true);
  bits.Flag(true);
  for (int i = 0; i < 16; ++i)
    bits.Ue(1);            // deltas of 1
  bits.Flag(true).Ue(16);  // -8: the rest as the default
  for (int i = 2; i < 8; ++i)
    bits.Flag(false);
  bits.Ue(0).Ue(0).Ue(0).Ue(1).Flag(false).Ue(19).Ue(14).Flag(true).Flag(true).Flag(false);
  const auto sps = ReadSps(bits.Flag(false).Flag(true).TakeNal());
  ASSERT_TRUE(sps) << sps.error().detail;
  EXPECT_EQ(sps->width, 320U);
  EXPECT_EQ(sps->height, 240U);
}

TEST(H264Sps, WithTheSecondKindOfPictureOrderIsRead) {
  BitWriter bits;
  bits.Byte(0x67).Byte(77).Byte(0).Byte(31).Ue(0).Ue(0).Ue(1).Flag(true).Ue(3).Ue(4).Ue(2);
  bits.Ue(5).Ue(6).Ue(1).Flag(false).Ue(19).Ue(14).Flag(true).Flag(true).Flag(false);
  const auto sps = ReadSps(bits.Flag(false).Flag(true).TakeNal());
  ASSERT_TRUE(sps) << sps.error().detail;
  EXPECT_EQ(sps->width, 320U);
}

TEST(H264Sps, IsNotAnythingElse) {
  EXPECT_FALSE(ReadSps({}));
  const std::vector<uint8_t> pps = {0x68, 0xeb, 0xe3, 0xcb, 0x22};
  EXPECT_FALSE(ReadSps(pps));
}

}  // namespace
}  // namespace weir::media::h264

#include "media/h265/sps.h"

#include <vector>

#include <gtest/gtest.h>

#include "media/codec_limits.h"
#include "media/h265/ref_pic_sets.h"
#include "support/bit_writer.h"

namespace weir::media::h265 {
namespace {

struct Shape {
  uint64_t sub_layers = 0;
  uint64_t width = 1920;
  uint64_t height = 1088;
  uint64_t crop_bottom = 0;
};

void WriteLevel(BitWriter& bits, uint64_t sub_layers) {
  bits.Bits(0, 2).Flag(true).Bits(2, 5).Bits(0x20000000, 32);
  bits.Bits(0xb00000000000, 48).Byte(123);
  if (sub_layers == 0) return;
  for (uint64_t i = 0; i < sub_layers; ++i)
    bits.Flag(true).Flag(true);
  bits.Bits(0, 2 * (8 - sub_layers));
  for (uint64_t i = 0; i < sub_layers; ++i)
    bits.Bits(0, 44).Bits(0, 44).Byte(90);
}

/// Main 10 in the high tier, up to the size.
BitWriter Head(const Shape& shape) {
  BitWriter bits;
  bits.Byte(0x42).Byte(1).Bits(0, 4).Bits(shape.sub_layers, 3).Flag(true);
  WriteLevel(bits, shape.sub_layers);
  bits.Ue(1).Ue(1).Ue(shape.width).Ue(shape.height).Flag(shape.crop_bottom != 0);
  if (shape.crop_bottom != 0) bits.Ue(0).Ue(0).Ue(0).Ue(shape.crop_bottom);
  return bits;
}

/// Depths, order and reference counts, which a reader insists on.
BitWriter& Middle(BitWriter& bits) {
  return bits.Ue(2).Ue(2).Ue(4).Flag(false).Ue(4).Ue(2).Ue(0);
}

TEST(H265Sps, WithTemporalLayersIsRead) {
  BitWriter bits = Head({.sub_layers = 6, .crop_bottom = 4});
  const auto sps = ReadSps(Middle(bits).TakeNal());
  ASSERT_TRUE(sps) << sps.error().detail;
  EXPECT_EQ(sps->temporal_layers, 7U);
  EXPECT_TRUE(sps->temporal_nesting);
  EXPECT_EQ(sps->id, 1U);
  EXPECT_EQ(sps->width, 1920U);
  EXPECT_EQ(sps->height, 1080U);
  EXPECT_EQ(sps->luma_bits, 10U);
  EXPECT_EQ(sps->reorder_frames_max, 2U);
  EXPECT_EQ(CodecString(sps->level), "hvc1.2.4.H123.B0");
}

TEST(H265Sps, WithOneLayerTooManyIsRefused) {
  BitWriter bits;
  bits.Byte(0x42).Byte(1).Bits(0, 4).Bits(7, 3).Flag(true);
  for (int i = 0; i < 100; ++i)
    bits.Byte(0xff);
  EXPECT_FALSE(ReadSps(bits.TakeNal()));
}

TEST(H265Sps, OfTheLargestPictureIsTakenAndOneMoreIsNot) {
  BitWriter most = Head({.width = kPictureSizeMax});
  EXPECT_TRUE(ReadSps(Middle(most).TakeNal()));
  BitWriter over = Head({.width = kPictureSizeMax + 1});
  EXPECT_FALSE(ReadSps(Middle(over).TakeNal()));
  BitWriter nothing = Head({.width = 0});
  EXPECT_FALSE(ReadSps(Middle(nothing).TakeNal()));
}

TEST(H265Sps, ThatCropsEverythingIsRefused) {
  BitWriter bits = Head({.crop_bottom = 544});
  EXPECT_FALSE(ReadSps(Middle(bits).TakeNal()));
}

TEST(H265Sps, CutBehindItsSizeHasNoRate) {
  BitWriter bits = Head({});
  const auto sps = ReadSps(Middle(bits).Ue(0).TakeNal());
  ASSERT_TRUE(sps) << sps.error().detail;
  EXPECT_EQ(sps->frame_duration.count(), 0);
}

TEST(H265Sps, FollowsReferenceSetsListsAndHrdToItsRate) {
  BitWriter bits = Head({});
  Middle(bits);
  for (int i = 0; i < 6; ++i)
    bits.Ue(1);                // blocks
  bits.Flag(true).Flag(true);  // scaling lists: all taken from others
  for (int i = 0; i < 20; ++i)
    bits.Flag(false).Ue(0);
  bits.Bits(0, 2).Flag(true).Bits(0x77, 8).Ue(0).Ue(0).Flag(false);  // PCM
  bits.Ue(2);                                                        // reference picture sets
  bits.Ue(1).Ue(1).Ue(0).Flag(true).Ue(0).Flag(true);                // -1 and +1
  bits.Flag(true).Flag(true).Ue(0);                                  // the first, one further back
  bits.Flag(true).Flag(false).Flag(false).Flag(true);                // keeps -2 and -1, not 0
  bits.Flag(true).Ue(1).Bits(7, 8).Flag(true).Bits(0, 2);            // one long-term picture
  bits.Flag(true).Bits(0, 4).Bits(0, 3).Flag(false).Flag(true);      // VUI with timing
  bits.Bits(1, 32).Bits(100, 32).Flag(false).Flag(true);
  bits.Flag(true).Flag(false).Flag(false).Byte(0).Bits(0, 15);  // HRD
  bits.Flag(true).Ue(1).Ue(0).Ue(0).Ue(0).Flag(false);          // two ticks for each picture
  const auto sps = ReadSps(bits.Flag(true).TakeNal());
  ASSERT_TRUE(sps) << sps.error().detail;
  EXPECT_TRUE(sps->fixed_frame_rate);
  EXPECT_EQ(sps->frame_duration, FromTicks<50>(1));
}

TEST(H265RefPicSets, BeyondSixteenPicturesOrSixtyFourSetsAreRefused) {
  BitWriter pictures;
  pictures.Ue(1).Ue(9).Ue(8);
  for (int i = 0; i < 17; ++i)
    pictures.Ue(0).Flag(true);
  const auto too_many_pictures = pictures.Take();
  BitReader first(too_many_pictures);
  SkipShortTermRefPicSets(first);
  EXPECT_FALSE(first.ok());
  const auto too_many_sets = BitWriter().Ue(65).Bits(0xffffffff, 32).Bits(~0ULL, 64).Take();
  BitReader second(too_many_sets);
  SkipShortTermRefPicSets(second);
  EXPECT_FALSE(second.ok());
}

}  // namespace
}  // namespace weir::media::h265

#include "media/av1/av1_config.h"

#include <vector>

#include <gmock/gmock.h>

#include "media/codec_config.h"
#include "support/bit_writer.h"
#include "support/sample_media.h"

namespace weir::media::av1 {
namespace {

using Bytes = std::vector<uint8_t>;

ErrorCode CodeOf(const Bytes& record) {
  const auto track = ReadCodecConfig(CodecId::kAv1, 0, SharedBytes::Copy(record));
  EXPECT_FALSE(track);
  return track ? ErrorCode::kEnded : track.error().code;
}

TEST(Av1Config, OfSvtAv1BecomesATrack) {
  const auto track = ReadCodecConfig(CodecId::kAv1, 0, sample::Bytes(sample::kAv1Config720p));
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec, CodecId::kAv1);
  EXPECT_EQ(track->codec_string, "av01.0.05M.08");
  EXPECT_EQ(track->width, 1280U);
  EXPECT_EQ(track->height, 720U);
  EXPECT_EQ(track->frame_duration.count(), 0);
}

TEST(Av1Config, OfLibaomWithTenBitsBecomesATrack) {
  const auto track = ReadCodecConfig(CodecId::kAv1, 0, sample::Bytes(sample::kAv1Config1080p10));
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec_string, "av01.0.08M.10");
  EXPECT_EQ(track->width, 1920U);
  EXPECT_EQ(track->height, 1080U);
}

TEST(Av1Config, IsBuiltTheSameFromItsSequenceHeader) {
  for (const auto& record :
       {sample::Bytes(sample::kAv1Config720p), sample::Bytes(sample::kAv1Config1080p10)}) {
    const auto config = ReadAv1Config(record.view());
    ASSERT_TRUE(config);
    const auto built = BuildAv1Config(config->sequence_obu);
    ASSERT_TRUE(built);
    EXPECT_THAT(built->view(), ::testing::ElementsAreArray(record.view()));
  }
}

TEST(Av1Config, CutAnywhereIsRefused) {
  const auto& record = sample::kAv1Config720p;
  for (size_t size = 0; size < record.size(); ++size)
    EXPECT_EQ(CodeOf({record.begin(), record.begin() + static_cast<ptrdiff_t>(size)}),
              ErrorCode::kMalformed)
        << size;
}

TEST(Av1Config, OfAnotherVersionIsRefused) {
  Bytes record(sample::kAv1Config720p.begin(), sample::kAv1Config720p.end());
  record[0] = 0x82;
  EXPECT_EQ(CodeOf(record), ErrorCode::kMalformed);
}

/// Profile 2 in 12 bits, high tier, with timing, decoder model and delays.
BitWriter FullHeader(uint64_t ticks_per_picture) {
  BitWriter bits;
  bits.Bits(2, 3).Flag(false).Flag(false).Flag(true);                           // timing
  bits.Bits(1'001, 32).Bits(120'000, 32).Flag(true).Ue(ticks_per_picture - 1);  // equal
  bits.Flag(true).Bits(9, 5).Bits(1, 32).Bits(9, 5).Bits(9, 5);                 // decoder model
  bits.Flag(true).Bits(1, 5);                                                   // two points
  bits.Bits(0x101, 12).Bits(13, 5).Flag(true).Flag(true).Bits(0, 21).Flag(true).Bits(3, 4);
  bits.Bits(0x103, 12).Bits(5, 5).Flag(false).Flag(false);
  bits.Bits(11, 4).Bits(11, 4).Bits(3'839, 12).Bits(2'159, 12);  // 3840x2160
  bits.Flag(true).Bits(0, 7).Bits(0, 3);                         // frame ids, blocks
  bits.Bits(0, 4).Flag(true).Bits(0, 2).Flag(true).Flag(false).Flag(true).Bits(0, 3);
  bits.Bits(0, 3).Flag(true).Flag(true).Flag(false);   // 12 bits, colour
  bits.Flag(false).Flag(true).Flag(true).Flag(false);  // full or not, 4:2:2
  return bits.Bits(0, 3);
}

TEST(Av1SequenceHeader, WithEverythingInItIsRead) {
  const auto sequence = ReadSequenceHeader(FullHeader(4).Take());
  ASSERT_TRUE(sequence) << sequence.error().detail;
  EXPECT_EQ(CodecString(*sequence), "av01.2.13H.12");
  EXPECT_EQ(sequence->width, 3840U);
  EXPECT_EQ(sequence->height, 2160U);
  EXPECT_EQ(sequence->frame_duration, FromTicks<30'000>(1'001));
  EXPECT_TRUE(sequence->subsampled_x);
  EXPECT_FALSE(sequence->subsampled_y);
}

TEST(Av1SequenceHeader, WithAnAbsurdRateHasNone) {
  const auto sequence = ReadSequenceHeader(FullHeader(1 << 16).Take());
  ASSERT_TRUE(sequence) << sequence.error().detail;
  EXPECT_EQ(sequence->frame_duration.count(), 0);
  EXPECT_FALSE(ReadSequenceHeader(FullHeader((1 << 16) + 2).Take()));
}

TEST(Av1SequenceHeader, OfAPictureOverTheLimitIsRefused) {
  for (const uint64_t width : {16'384U, 16'385U}) {
    BitWriter bits;
    bits.Bits(0, 3).Flag(true).Flag(true).Bits(5, 5);  // a reduced header of a still picture
    bits.Bits(15, 4).Bits(10, 4).Bits(width - 1, 16).Bits(1'079, 11);
    bits.Bits(0, 3).Bits(0, 3).Flag(false).Flag(false).Flag(false).Flag(false).Bits(0, 8);
    const auto sequence = ReadSequenceHeader(bits.Take());
    EXPECT_EQ(sequence.has_value(), width == 16'384);
    if (sequence) continue;
    EXPECT_EQ(sequence.error().code, ErrorCode::kUnsupported);
  }
}

TEST(Av1SequenceHeader, OfAReservedProfileIsRefused) {
  const auto sequence = ReadSequenceHeader(Bytes(32, 0xe0));
  ASSERT_FALSE(sequence);
  EXPECT_EQ(sequence.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace weir::media::av1

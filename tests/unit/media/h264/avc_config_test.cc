#include "media/h264/avc_config.h"

#include <gmock/gmock.h>

#include "media/codec_config.h"
#include "media/h264/sps.h"
#include "support/sample_media.h"

namespace weir::media::h264 {
namespace {

using Bytes = std::vector<uint8_t>;

ErrorCode CodeOf(const Bytes& record) {
  const auto track = ReadCodecConfig(CodecId::kH264, 0, SharedBytes::Copy(record));
  EXPECT_FALSE(track);
  return track ? ErrorCode::kEnded : track.error().code;
}

Bytes Sample() {
  return {sample::kAvcConfig720p.begin(), sample::kAvcConfig720p.end()};
}

TEST(AvcConfig, OfX264BecomesATrack) {
  const auto config = sample::Bytes(sample::kAvcConfig720p);
  const auto track = ReadCodecConfig(CodecId::kH264, 3, config);
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->id, 3U);
  EXPECT_EQ(track->codec, CodecId::kH264);
  EXPECT_EQ(track->codec_string, "avc1.64001f");
  EXPECT_EQ(track->width, 1280U);
  EXPECT_EQ(track->height, 720U);
  EXPECT_EQ(track->frame_duration, FromTicks<30>(1));
  EXPECT_EQ(track->config.data(), config.data());  // not copied
}

TEST(AvcConfig, CropsAndDoesNotTrustAHintOfARate) {
  const auto track = ReadCodecConfig(CodecId::kH264, 0, sample::Bytes(sample::kAvcConfig1080p));
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec_string, "avc1.42c028");
  EXPECT_EQ(track->width, 1920U);
  EXPECT_EQ(track->height, 1080U);
  EXPECT_EQ(track->frame_duration.count(), 0);
}

TEST(AvcConfig, ReadsInterlacedTenBitVideoWithHrd) {
  const auto config = ReadAvcConfig(sample::kAvcConfig1080i);
  ASSERT_TRUE(config) << config.error().detail;
  const auto sps = ReadSps(config->sps.front());
  ASSERT_TRUE(sps) << sps.error().detail;
  EXPECT_EQ(sps->width, 1920U);
  EXPECT_EQ(sps->height, 1080U);
  EXPECT_EQ(sps->chroma_format, 2U);
  EXPECT_EQ(sps->luma_bits, 10U);
  EXPECT_TRUE(sps->fixed_frame_rate);
  EXPECT_EQ(sps->frame_duration, FromTicks<25>(1));
  EXPECT_EQ(sps->reorder_frames_max, 2U);
}

TEST(AvcConfig, TellsAHintedRateInTheSps) {
  const auto config = ReadAvcConfig(sample::kAvcConfig1080p);
  ASSERT_TRUE(config);
  const auto sps = ReadSps(config->sps.front());
  ASSERT_TRUE(sps);
  EXPECT_FALSE(sps->fixed_frame_rate);
  EXPECT_EQ(sps->frame_duration, FromTicks<30'000>(1'001));
  EXPECT_EQ(sps->reorder_frames_max, 0U);
}

TEST(AvcConfig, IsBuiltTheSameFromItsParameterSets) {
  for (const SharedBytes& record :
       {sample::Bytes(sample::kAvcConfig720p), sample::Bytes(sample::kAvcConfig1080p),
        sample::Bytes(sample::kAvcConfig1080i)}) {
    const auto config = ReadAvcConfig(record.view());
    ASSERT_TRUE(config);
    const auto built = BuildAvcConfig(config->sps, config->pps);
    ASSERT_TRUE(built);
    EXPECT_THAT(built->view(), ::testing::ElementsAreArray(record.view()));
  }
}

TEST(AvcConfig, AnnouncesFourByteLengthsAfterwards) {
  Bytes record = Sample();
  record[4] = 0xfd;  // 2 bytes
  const auto parsed = ReadAvcConfig(record);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->nal_length_size, 2U);
  const auto track = ReadCodecConfig(CodecId::kH264, 0, SharedBytes::Copy(record));
  ASSERT_TRUE(track);
  EXPECT_THAT(track->config.view(), ::testing::ElementsAreArray(sample::kAvcConfig720p));
}

TEST(AvcConfig, CutAnywhereInItsSetsIsRefused) {
  constexpr size_t kExtension = 4;
  const Bytes record = Sample();
  for (size_t size = 0; size + kExtension < record.size(); ++size) {
    EXPECT_EQ(CodeOf({record.begin(), record.begin() + static_cast<ptrdiff_t>(size)}),
              ErrorCode::kMalformed)
        << size;
  }
}

TEST(AvcConfig, WithoutItsHighProfileExtensionIsTaken) {
  const auto record = sample::Bytes(sample::kAvcConfig720p).Slice(0, 43);
  EXPECT_TRUE(ReadCodecConfig(CodecId::kH264, 0, record));
}

TEST(AvcConfig, WithoutParameterSetsIsRefused) {
  EXPECT_EQ(CodeOf({1, 0x64, 0, 0x1f, 0xff, 0xe0, 0}), ErrorCode::kMalformed);
  Bytes no_pps = Sample();
  no_pps.resize(8 + 26);
  no_pps.push_back(0);
  EXPECT_EQ(CodeOf(no_pps), ErrorCode::kMalformed);
}

TEST(AvcConfig, OfAnotherVersionOrLengthSizeIsRefused) {
  Bytes version = Sample();
  version[0] = 2;
  EXPECT_EQ(CodeOf(version), ErrorCode::kMalformed);
  Bytes three = Sample();
  three[4] = 0xfe;
  EXPECT_EQ(CodeOf(three), ErrorCode::kMalformed);
}

TEST(AvcConfig, OverTheSizeLimitIsRefused) {
  Bytes record = Sample();
  record.resize(kCodecConfigSizeMax);
  EXPECT_TRUE(ReadCodecConfig(CodecId::kH264, 0, SharedBytes::Copy(record)));
  record.resize(kCodecConfigSizeMax + 1);
  EXPECT_EQ(CodeOf(record), ErrorCode::kLimitExceeded);
}

TEST(AvcConfig, HasRoomForThirtyOneSpsAndNoMore) {
  const auto config = ReadAvcConfig(sample::kAvcConfig720p);
  ASSERT_TRUE(config);
  const std::vector<NalUnit> most(31, config->sps.front());
  EXPECT_TRUE(BuildAvcConfig(most, config->pps));
  const std::vector<NalUnit> too_many(32, config->sps.front());
  const auto built = BuildAvcConfig(too_many, config->pps);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::kLimitExceeded);
}

TEST(AvcConfig, HasNoRoomForASetOf64Kilobytes) {
  const auto config = ReadAvcConfig(sample::kAvcConfig720p);
  ASSERT_TRUE(config);
  const Bytes huge(0x10000, 0x68);
  const std::vector<NalUnit> pps = {huge};
  const auto built = BuildAvcConfig(config->sps, pps);
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().code, ErrorCode::kLimitExceeded);
}

}  // namespace
}  // namespace weir::media::h264

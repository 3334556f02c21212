#include "media/h265/hevc_config.h"

#include <gmock/gmock.h>

#include "media/codec_config.h"
#include "media/h265/sps.h"
#include "support/sample_media.h"

namespace weir::media::h265 {
namespace {

using Bytes = std::vector<uint8_t>;

ErrorCode CodeOf(const Bytes& record) {
  const auto track = ReadCodecConfig(CodecId::kH265, 0, SharedBytes::Copy(record));
  EXPECT_FALSE(track);
  return track ? ErrorCode::kEnded : track.error().code;
}

Bytes Sample() {
  return {sample::kHevcConfig720p.begin(), sample::kHevcConfig720p.end()};
}

TEST(HevcConfig, OfX265BecomesATrack) {
  const auto config = sample::Bytes(sample::kHevcConfig720p);
  const auto track = ReadCodecConfig(CodecId::kH265, 0, config);
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec, CodecId::kH265);
  EXPECT_EQ(track->codec_string, "hvc1.1.6.L93.90");
  EXPECT_EQ(track->width, 1280U);
  EXPECT_EQ(track->height, 720U);
  EXPECT_EQ(track->frame_duration.count(), 0);  // x265 only hints at it
  EXPECT_EQ(track->config.data(), config.data());
}

TEST(HevcConfig, TellsARateThatItsHrdPromises) {
  const auto track = ReadCodecConfig(CodecId::kH265, 0, sample::Bytes(sample::kHevcConfig1080p));
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec_string, "hvc1.2.4.L120.90");
  EXPECT_EQ(track->width, 1920U);
  EXPECT_EQ(track->height, 1080U);
  EXPECT_EQ(track->frame_duration, FromTicks<30'000>(1'001));
}

TEST(HevcConfig, TellsAHintedRateAndReorderingInTheSps) {
  const auto config = ReadHevcConfig(sample::kHevcConfig720p);
  ASSERT_TRUE(config);
  const auto sps = ReadSps(config->sps.front());
  ASSERT_TRUE(sps) << sps.error().detail;
  EXPECT_FALSE(sps->fixed_frame_rate);
  EXPECT_EQ(sps->frame_duration, FromTicks<30>(1));
  EXPECT_EQ(sps->reorder_frames_max, 2U);
}

TEST(HevcConfig, IsBuiltTheSameFromItsParameterSets) {
  const auto record = sample::Bytes(sample::kHevcConfig720p);
  const auto config = ReadHevcConfig(record.view());
  ASSERT_TRUE(config);
  const auto built = BuildHevcConfig(*config);
  ASSERT_TRUE(built) << built.error().detail;
  EXPECT_THAT(built->view(), ::testing::ElementsAreArray(record.view()));
}

TEST(HevcConfig, BuiltWithoutSeiSaysTheSame) {
  const auto config = ReadHevcConfig(sample::kHevcConfig1080p);
  ASSERT_TRUE(config);
  const auto built = BuildHevcConfig(*config);
  ASSERT_TRUE(built);
  const auto track = ReadCodecConfig(CodecId::kH265, 0, *built);
  ASSERT_TRUE(track);
  EXPECT_EQ(track->codec_string, "hvc1.2.4.L120.90");
}

TEST(HevcConfig, AnnouncesFourByteLengthsAndVersion1Afterwards) {
  Bytes record = Sample();
  record[0] = 0;
  record[21] = static_cast<uint8_t>(record[21] & 0xfc);
  const auto parsed = ReadHevcConfig(record);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->nal_length_size, 1U);
  const auto track = ReadCodecConfig(CodecId::kH265, 0, SharedBytes::Copy(record));
  ASSERT_TRUE(track);
  EXPECT_THAT(track->config.view(), ::testing::ElementsAreArray(sample::kHevcConfig720p));
}

TEST(HevcConfig, CutAnywhereIsRefused) {
  const Bytes record = Sample();
  for (size_t size = 0; size < record.size(); ++size) {
    EXPECT_EQ(CodeOf({record.begin(), record.begin() + static_cast<ptrdiff_t>(size)}),
              ErrorCode::kMalformed)
        << size;
  }
}

TEST(HevcConfig, OfAnotherVersionOrLengthSizeIsRefused) {
  Bytes version = Sample();
  version[0] = 2;
  EXPECT_EQ(CodeOf(version), ErrorCode::kMalformed);
  Bytes three = Sample();
  three[21] = static_cast<uint8_t>((three[21] & 0xfc) | 2);
  EXPECT_EQ(CodeOf(three), ErrorCode::kMalformed);
}

TEST(HevcConfig, WithoutOneKindOfParameterSetsIsRefused) {
  for (size_t array = 0; array < 3; ++array) {
    Bytes record = Sample();
    size_t offset = 23;
    for (size_t i = 0; i < array; ++i)
      offset += 5 + static_cast<size_t>(record[offset + 3] << 8 | record[offset + 4]);
    record[offset] = 0x80 | 39;  // SEI
    EXPECT_EQ(CodeOf(record), ErrorCode::kMalformed) << array;
  }
}

TEST(HevcConfig, Has256SetsOfAKindAtMost) {
  const auto config = ReadHevcConfig(sample::kHevcConfig720p);
  ASSERT_TRUE(config);
  HevcConfig most = *config;
  most.pps.assign(256, config->pps.front());
  const auto built = BuildHevcConfig(most);
  ASSERT_TRUE(built) << built.error().detail;
  EXPECT_TRUE(ReadHevcConfig(built->view()));
  Bytes over(built->view().begin(), built->view().end());
  const size_t pps_size = config->pps.front().size();
  const size_t count_offset = over.size() - 256 * (2 + pps_size) - 2;
  over[count_offset + 1] = 1;  // 257
  const Bytes last(over.end() - static_cast<ptrdiff_t>(2 + pps_size), over.end());
  over.insert(over.end(), last.begin(), last.end());
  EXPECT_EQ(CodeOf(over), ErrorCode::kLimitExceeded);
  most.pps.push_back(config->pps.front());
  EXPECT_FALSE(BuildHevcConfig(most));
}

}  // namespace
}  // namespace weir::media::h265

#include <vector>

#include <gmock/gmock.h>

#include "media/codec_config.h"
#include "media/opus/opus_head.h"
#include "media/opus/packet.h"
#include "support/sample_media.h"

namespace weir::media::opus {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using Bytes = std::vector<uint8_t>;

ErrorCode CodeOf(const Bytes& head) {
  const auto track = ReadCodecConfig(CodecId::kOpus, 0, SharedBytes::Copy(head));
  EXPECT_FALSE(track);
  return track ? ErrorCode::kEnded : track.error().code;
}

Bytes Stereo() {
  return {sample::kOpusHeadStereo.begin(), sample::kOpusHeadStereo.end()};
}

Bytes Surround() {
  return {sample::kOpusHeadSurround.begin(), sample::kOpusHeadSurround.end()};
}

TEST(OpusHead, OfLibopusBecomesATrackWithADops) {
  const auto track = ReadCodecConfig(CodecId::kOpus, 1, sample::Bytes(sample::kOpusHeadStereo));
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec_string, "opus");
  EXPECT_EQ(track->sample_rate, 48'000U);
  EXPECT_EQ(track->channels, 2U);
  EXPECT_EQ(track->frame_duration.count(), 0);
  EXPECT_THAT(track->config.view(), ElementsAre(0, 2, 0x01, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 0));
}

TEST(OpusHead, MapsSixChannels) {
  const auto track = ReadCodecConfig(CodecId::kOpus, 1, sample::Bytes(sample::kOpusHeadSurround));
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->channels, 6U);
  EXPECT_THAT(track->config.view(),
              ElementsAre(0, 6, 0x01, 0x38, 0, 0, 0xbb, 0x80, 0, 0, 1, 4, 2, 0, 4, 1, 2, 3, 5));
}

TEST(OpusHead, IsTakenAsDopsToo) {
  const auto first = ReadCodecConfig(CodecId::kOpus, 1, sample::Bytes(sample::kOpusHeadSurround));
  ASSERT_TRUE(first);
  const auto second = ReadCodecConfig(CodecId::kOpus, 1, first->config);
  ASSERT_TRUE(second) << second.error().detail;
  EXPECT_THAT(second->config.view(), ElementsAreArray(first->config.view()));
}

TEST(OpusHead, KeepsANegativeGain) {
  Bytes head = Stereo();
  head[16] = 0xfe;
  head[17] = 0xff;
  const auto read = ReadOpusHead(head);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->gain, -2);
  EXPECT_EQ(BuildDops(*read).view()[9], 0xfe);
}

TEST(OpusHead, CutAnywhereIsRefused) {
  const Bytes head = Surround();
  for (size_t size = 0; size < head.size(); ++size)
    EXPECT_FALSE(ReadOpusHead(std::span(head).first(size))) << size;
}

TEST(OpusHead, OfAnIncompatibleVersionIsRefused) {
  Bytes head = Stereo();
  head[8] = 0x0f;
  EXPECT_TRUE(ReadOpusHead(head));
  head[8] = 0x10;
  EXPECT_EQ(CodeOf(head), ErrorCode::kUnsupported);
}

TEST(OpusHead, WithChannelsItsFamilyDoesNotHaveIsRefused) {
  Bytes head = Stereo();
  head[9] = 3;
  EXPECT_EQ(CodeOf(head), ErrorCode::kMalformed);
  head[9] = 0;
  EXPECT_EQ(CodeOf(head), ErrorCode::kMalformed);
  Bytes nine = Surround();
  nine[9] = 9;
  nine.resize(30);
  EXPECT_EQ(CodeOf(nine), ErrorCode::kMalformed);
}

TEST(OpusHead, OfAnotherFamilyIsRefused) {
  Bytes head = Surround();
  head[18] = 255;
  EXPECT_EQ(CodeOf(head), ErrorCode::kUnsupported);
}

TEST(OpusHead, ThatMapsToAStreamItDoesNotHaveIsRefused) {
  Bytes head = Surround();
  head[21] = 255;  // silence
  EXPECT_TRUE(ReadOpusHead(head));
  head[21] = 6;
  EXPECT_EQ(CodeOf(head), ErrorCode::kMalformed);
  head = Surround();
  head[20] = 5;  // more coupled streams than streams
  EXPECT_EQ(CodeOf(head), ErrorCode::kMalformed);
}

MediaTime DurationOf(const Bytes& packet) {
  return PacketDuration(packet).value_or(MediaTime(0));
}

TEST(OpusPacket, OfLibopusLastsTwentyMilliseconds) {
  EXPECT_EQ(PacketDuration(sample::kOpusFrame), FromTicks<1'000>(20));
}

TEST(OpusPacket, LastsWhatItsConfigurationSays) {
  const auto toc = [](int configuration) {
    return Bytes{static_cast<uint8_t>(configuration << 3)};
  };
  EXPECT_EQ(DurationOf(toc(0)), FromTicks<1'000>(10));
  EXPECT_EQ(DurationOf(toc(1)), FromTicks<1'000>(20));
  EXPECT_EQ(DurationOf(toc(10)), FromTicks<1'000>(40));
  EXPECT_EQ(DurationOf(toc(11)), FromTicks<1'000>(60));
  EXPECT_EQ(DurationOf(toc(12)), FromTicks<1'000>(10));
  EXPECT_EQ(DurationOf(toc(15)), FromTicks<1'000>(20));
  EXPECT_EQ(DurationOf(toc(16)), FromTicks<48'000>(120));
  EXPECT_EQ(DurationOf(toc(29)), FromTicks<1'000>(5));
  EXPECT_EQ(DurationOf(toc(31)), FromTicks<1'000>(20));
}

TEST(OpusPacket, LastsAsLongAsItsFrames) {
  EXPECT_EQ(DurationOf({31 << 3 | 1}), FromTicks<1'000>(40));
  EXPECT_EQ(DurationOf({31 << 3 | 2}), FromTicks<1'000>(40));
  EXPECT_EQ(DurationOf({31 << 3 | 3, 0xc3}), FromTicks<1'000>(60));
}

TEST(OpusPacket, MayLast120MillisecondsAndNoMore) {
  EXPECT_EQ(DurationOf({31 << 3 | 3, 6}), FromTicks<1'000>(120));
  EXPECT_FALSE(PacketDuration(Bytes{31 << 3 | 3, 7}));
}

TEST(OpusPacket, WithoutAFrameIsRefused) {
  EXPECT_FALSE(PacketDuration({}));
  EXPECT_FALSE(PacketDuration(Bytes{0xfb}));
  EXPECT_FALSE(PacketDuration(Bytes{0xfb, 0}));
}

}  // namespace
}  // namespace weir::media::opus

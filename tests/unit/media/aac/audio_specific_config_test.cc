#include "media/aac/audio_specific_config.h"

#include <vector>

#include <gtest/gtest.h>

#include "media/codec_config.h"
#include "support/bit_writer.h"
#include "support/sample_media.h"

namespace weir::media::aac {
namespace {

Result<Track> Read(const std::vector<uint8_t>& bytes) {
  return ReadCodecConfig(CodecId::kAac, 1, SharedBytes::Copy(bytes));
}

ErrorCode CodeOf(const std::vector<uint8_t>& bytes) {
  const auto track = Read(bytes);
  EXPECT_FALSE(track);
  return track ? ErrorCode::kEnded : track.error().code;
}

TEST(AudioSpecificConfig, OfFfmpegBecomesATrack) {
  const auto track =
      ReadCodecConfig(CodecId::kAac, 1, sample::Bytes(sample::kAacConfig44100Stereo));
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->id, 1U);
  EXPECT_EQ(track->codec, CodecId::kAac);
  EXPECT_EQ(track->codec_string, "mp4a.40.2");
  EXPECT_EQ(track->sample_rate, 44'100U);
  EXPECT_EQ(track->channels, 2U);
  EXPECT_EQ(track->frame_duration, FromTicks<44'100>(1'024));
}

TEST(AudioSpecificConfig, OfTwoBytesIsEnough) {
  const auto track = Read({0x11, 0x90});  // as OBS sends it: LC, 48 kHz, stereo
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->sample_rate, 48'000U);
  EXPECT_EQ(track->channels, 2U);
}

TEST(AudioSpecificConfig, TellsSixChannels) {
  const auto track =
      ReadCodecConfig(CodecId::kAac, 1, sample::Bytes(sample::kAacConfig48000Surround));
  ASSERT_TRUE(track);
  EXPECT_EQ(track->channels, 6U);
}

TEST(AudioSpecificConfig, TellsEightChannelsByConfigurationSeven) {
  EXPECT_EQ(Read(BitWriter().Bits(2, 5).Bits(3, 4).Bits(7, 4).Bits(0, 3).Take())->channels, 8U);
}

TEST(AudioSpecificConfig, WithHierarchicalSbrHasTheOutputRate) {
  // HE-AAC: 24 kHz core, 48 kHz out.
  BitWriter bits;
  bits.Bits(5, 5).Bits(6, 4).Bits(2, 4).Bits(3, 4).Bits(2, 5).Bits(0, 3);
  const auto track = Read(bits.Take());
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec_string, "mp4a.40.5");
  EXPECT_EQ(track->sample_rate, 48'000U);
  EXPECT_EQ(track->frame_duration, FromTicks<48'000>(2'048));
}

TEST(AudioSpecificConfig, WithParametricStereoHasTwoChannels) {
  BitWriter bits;
  bits.Bits(29, 5).Bits(7, 4).Bits(1, 4).Bits(4, 4).Bits(2, 5).Bits(0, 3);
  const auto track = Read(bits.Take());
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec_string, "mp4a.40.29");
  EXPECT_EQ(track->sample_rate, 44'100U);
  EXPECT_EQ(track->channels, 2U);
}

TEST(AudioSpecificConfig, WithBackwardCompatibleSbrHasTheOutputRate) {
  BitWriter bits;
  bits.Bits(2, 5).Bits(6, 4).Bits(2, 4).Bits(0, 3);
  bits.Bits(0x2b7, 11).Bits(5, 5).Flag(true).Bits(3, 4);
  const auto track = Read(bits.Take());
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec_string, "mp4a.40.5");
  EXPECT_EQ(track->sample_rate, 48'000U);
}

TEST(AudioSpecificConfig, WithBackwardCompatibleParametricStereoHasTwoChannels) {
  BitWriter bits;
  bits.Bits(2, 5).Bits(6, 4).Bits(1, 4).Bits(0, 3);
  bits.Bits(0x2b7, 11).Bits(5, 5).Flag(true).Bits(3, 4).Bits(0x548, 11).Flag(true);
  const auto track = Read(bits.Take());
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->codec_string, "mp4a.40.29");
  EXPECT_EQ(track->channels, 2U);
}

TEST(AudioSpecificConfig, WithFramesOf960SamplesSaysSo) {
  const auto track = Read(BitWriter().Bits(2, 5).Bits(3, 4).Bits(2, 4).Bits(0b100, 3).Take());
  ASSERT_TRUE(track);
  EXPECT_EQ(track->frame_duration, FromTicks<48'000>(960));
}

TEST(AudioSpecificConfig, TakesAnExplicitRateThatMediaTimeDivides) {
  const auto config = [](uint64_t rate) {
    return BitWriter().Bits(2, 5).Bits(15, 4).Bits(rate, 24).Bits(2, 4).Bits(0, 3).Take();
  };
  const auto track = Read(config(44'100));
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->sample_rate, 44'100U);
  EXPECT_EQ(CodeOf(config(44'101)), ErrorCode::kUnsupported);
  EXPECT_EQ(CodeOf(config(0)), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(config(192'000)), ErrorCode::kUnsupported);
}

TEST(AudioSpecificConfig, CountsTheChannelsOfAProgram) {
  BitWriter bits;
  bits.Bits(2, 5).Bits(3, 4).Bits(0, 4).Bits(0, 3);
  bits.Bits(0, 4).Bits(1, 2).Bits(3, 4);  // tag, LC, 48 kHz
  bits.Bits(2, 4).Bits(1, 4).Bits(1, 4).Bits(1, 2).Bits(0, 3).Bits(0, 4);
  bits.Flag(false).Flag(false).Flag(false);
  bits.Bits(0, 5).Bits(0x10, 5);  // front: a single one and a pair
  bits.Bits(0x10, 5).Bits(0, 5);  // side: a pair; back: a single one
  bits.Bits(0, 4).Bits(0, 64);    // LFE; alignment and an empty comment
  const auto track = Read(bits.Take());
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->channels, 7U);
}

TEST(AudioSpecificConfig, WithAReservedRateOrChannelsIsRefused) {
  EXPECT_EQ(CodeOf(BitWriter().Bits(2, 5).Bits(13, 4).Bits(2, 4).Bits(0, 3).Take()),
            ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf(BitWriter().Bits(2, 5).Bits(3, 4).Bits(8, 4).Bits(0, 3).Take()),
            ErrorCode::kMalformed);
}

TEST(AudioSpecificConfig, OfAnObjectTypeThatNobodyPlaysIsRefusedByItsNumber) {
  const auto track = Read(BitWriter().Bits(31, 5).Bits(4, 6).Bits(3, 4).Bits(2, 4).Take());
  ASSERT_FALSE(track);
  EXPECT_EQ(track.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(track.error().detail, "AAC object type 36 is not supported");
}

TEST(AudioSpecificConfig, CutOffIsRefused) {
  EXPECT_EQ(CodeOf({}), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf({0x11}), ErrorCode::kMalformed);
  EXPECT_EQ(CodeOf({0x17, 0x80}), ErrorCode::kMalformed);
}

}  // namespace
}  // namespace weir::media::aac

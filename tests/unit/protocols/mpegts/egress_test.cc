#include "protocols/mpegts/egress.h"

#include <vector>

#include <gtest/gtest.h>

#include "media/codec_config.h"
#include "support/sample_media.h"
#include "support/ts_packets.h"

namespace weir::mpegts {
namespace {

constexpr size_t kUnsentMax = 10'000;

class Output final : public PacketOutput {
 public:
  void Write(SharedBytes packets) override {
    EXPECT_EQ(packets.size() % 188, 0U);
    EXPECT_GT(packets.size(), 0U);
    bytes.insert(bytes.end(), packets.view().begin(), packets.view().end());
    ++writes;
  }

  size_t unsent_bytes() const override { return unsent; }

  std::vector<uint8_t> bytes;
  int writes = 0;
  size_t unsent = 0;
};

std::vector<media::Track> Tracks() {
  const auto video =
      media::ReadCodecConfig(media::CodecId::kH264, 0, sample::Bytes(sample::kAvcConfig720p));
  const auto audio =
      media::ReadCodecConfig(media::CodecId::kAac, 1, sample::Bytes(sample::kAacConfig44100Stereo));
  return {*video, *audio};
}

media::Frame Picture(int64_t ms, bool key) {
  media::Frame frame;
  frame.track = 0;
  frame.dts = frame.pts = FromTicks<1000>(ms);
  frame.key = key;
  frame.payload =
      key ? sample::Bytes(sample::kAvcKeyFrame720p) : sample::Bytes(sample::kAvcFrame720p);
  return frame;
}

media::Frame Sound(int64_t ms) {
  media::Frame frame;
  frame.track = 1;
  frame.dts = frame.pts = FromTicks<1000>(ms);
  frame.key = true;
  frame.payload = sample::Bytes(sample::kAacFrame);
  return frame;
}

class MpegTsEgress : public ::testing::Test {
 protected:
  size_t Count(uint16_t pid) { return test::ReadTs(output_.bytes).pes[pid].size(); }

  Output output_;
  Result<Egress> egress_ = Egress::For(Tracks(), output_, kUnsentMax);
};

TEST_F(MpegTsEgress, BeginsWithAKeyFrame) {
  ASSERT_TRUE(egress_);
  egress_->OnFrame(Sound(0));
  egress_->OnFrame(Picture(10, false));
  EXPECT_EQ(output_.writes, 0);
  egress_->OnFrame(Picture(50, true));
  egress_->OnFrame(Sound(60));
  EXPECT_EQ(output_.writes, 2) << "each frame leaves when it comes";
  EXPECT_EQ(Count(0x100), 1U);
  EXPECT_EQ(Count(0x101), 1U);
  EXPECT_EQ(egress_->stats().written_bytes, output_.bytes.size());
  EXPECT_EQ(egress_->stats().sent_time, FromTicks<1000>(10));
  EXPECT_EQ(egress_->stats().frames_dropped, 0U) << "they were never meant to be sent";
}

TEST_F(MpegTsEgress, ASlowReceiverLosesFramesUpToTheNextKeyFrame) {
  egress_->OnFrame(Picture(0, true));
  output_.unsent = kUnsentMax + 1;
  egress_->OnFrame(Sound(10));
  output_.unsent = kUnsentMax / 2 + 1;  // some room, but not half
  egress_->OnFrame(Picture(40, true));
  output_.unsent = 0;
  egress_->OnFrame(Picture(80, false));
  egress_->OnFrame(Picture(120, true));
  EXPECT_EQ(Count(0x100), 2U);
  EXPECT_EQ(egress_->stats().frames_dropped, 3U);
}

TEST_F(MpegTsEgress, GapsAndNewConfigurationsWaitForAKeyFrame) {
  egress_->OnFrame(Picture(0, true));
  egress_->OnGap();
  egress_->OnFrame(Picture(40, false));
  egress_->OnFrame(Picture(80, true));
  ASSERT_TRUE(egress_->OnTracks(Tracks()));
  egress_->OnFrame(Picture(120, false));
  egress_->OnFrame(Picture(160, true));
  EXPECT_EQ(Count(0x100), 3U);
}

TEST_F(MpegTsEgress, AFrameThatCannotBeCarriedIsLeftOutAlone) {
  egress_->OnFrame(Picture(0, true));
  media::Frame huge = Sound(10);
  huge.payload = SharedBytes(std::vector<uint8_t>(9'000));
  egress_->OnFrame(huge);
  egress_->OnFrame(Sound(30));
  EXPECT_EQ(Count(0x101), 1U);
  EXPECT_EQ(egress_->stats().frames_dropped, 1U);
}

}  // namespace
}  // namespace weir::mpegts

#include "protocols/rtmp/egress.h"

#include <chrono>
#include <memory>
#include <vector>

#include <gtest/gtest.h>

#include "formats/amf/writer.h"
#include "media/codec_config.h"
#include "support/sample_media.h"
#include "unit/protocols/rtmp/publisher.h"

namespace weir::rtmp {
namespace {

using media::CodecId;

media::Track TrackOf(media::TrackId id, CodecId codec, const SharedBytes& config) {
  auto track = media::ReadCodecConfig(codec, id, config);
  EXPECT_TRUE(track.has_value());
  return track.value_or(media::Track{});
}

media::Track Avc() {
  return TrackOf(0, CodecId::kH264, sample::Bytes(sample::kAvcConfig720p));
}

media::Track Aac() {
  return TrackOf(1, CodecId::kAac, sample::Bytes(sample::kAacConfig44100Stereo));
}

media::Frame Picture(int64_t ms, bool key, int64_t composition_ms = 0) {
  media::Frame frame;
  frame.track = 0;
  frame.dts = FromTicks<1000>(ms);
  frame.pts = FromTicks<1000>(ms + composition_ms);
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

/// An Egress whose server is this program's own.
class EgressTest : public ::testing::Test, public Egress::Owner {
 protected:
  void OnPublishing() override { ++started_; }

  void Start(std::vector<media::Track> tracks, size_t piece = SIZE_MAX) {
    piece_ = piece;
    server_ = std::make_unique<ServerSession>(
        down_, net::Peer{.address = "192.0.2.1:5000"}, now_,
        ServerContext{.gate = gate_, .options = options_, .random = random_});
    egress_ = std::make_unique<Egress>(
        *this,
        ClientOptions{.tc_url = "rtmp://origin.example/live", .app = "live", .key = "cam?token=1"},
        random_, std::move(tracks));
    session_ = egress_->MakeSession(up_, now_);
    Exchange();
  }

  /// Carries bytes both ways, in pieces, until nobody has any.
  void Exchange() {
    while (!up_.written.empty() || !down_.written.empty()) {
      const Bytes to_server = up_.Take();
      for (size_t at = 0; at < to_server.size(); at += std::min(piece_, to_server.size() - at))
        Feed(*server_, std::span(to_server).subspan(at), server_status_);
      const Bytes to_client = down_.Take();
      for (size_t at = 0; at < to_client.size(); at += std::min(piece_, to_client.size() - at))
        Feed(*session_, std::span(to_client).subspan(at), client_status_);
    }
  }

  void Feed(net::ByteSession& session, std::span<const uint8_t> bytes, Status& status) {
    if (status) status = session.OnBytes(bytes.first(std::min(piece_, bytes.size())), now_);
  }

  const test::RecordingSink& sink() { return gate_.publishers.at(0)->sink; }

  Clock::time_point now_{std::chrono::hours(1)};
  Options options_;
  RandomSource random_ = MadeUpRandom();
  test::FakeGate gate_;
  testing::RecordingOutput up_;
  testing::RecordingOutput down_;
  std::unique_ptr<ServerSession> server_;
  std::unique_ptr<Egress> egress_;
  std::unique_ptr<net::ByteSession> session_;
  Status server_status_;
  Status client_status_;
  size_t piece_ = SIZE_MAX;
  int started_ = 0;
};

TEST_F(EgressTest, DeliversPicturesAndSoundWithTheirTimes) {
  Start({Avc(), Aac()});
  ASSERT_EQ(started_, 1);
  egress_->OnFrame(Sound(980));           // from before
  egress_->OnFrame(Picture(960, false));  // not decodable
  egress_->OnFrame(Picture(1'000, true, 80));
  egress_->OnFrame(Sound(990));  // still from before
  egress_->OnFrame(Sound(1'010));
  egress_->OnFrame(Picture(1'040, false));
  Exchange();
  ASSERT_TRUE(server_status_);
  const auto pictures = sink().frames(0);
  const auto sounds = sink().frames(1);
  ASSERT_EQ(pictures.size(), 2U);
  ASSERT_EQ(sounds.size(), 1U);
  EXPECT_TRUE(pictures[0]->key);
  EXPECT_EQ(pictures[0]->payload.text(), sample::Bytes(sample::kAvcKeyFrame720p).text());
  EXPECT_EQ(pictures[0]->pts - pictures[0]->dts, FromTicks<1000>(80));
  EXPECT_EQ(pictures[1]->dts - pictures[0]->dts, FromTicks<1000>(40));
  EXPECT_EQ(sounds[0]->dts - pictures[0]->dts, FromTicks<1000>(10));
  const auto tracks = sink().track_lists().back();
  ASSERT_EQ(tracks->tracks.size(), 2U);
  EXPECT_EQ(tracks->tracks[0].config.text(), Avc().config.text());
  EXPECT_EQ(tracks->tracks[1].config.text(), Aac().config.text());
  const Egress::Stats stats = egress_->stats();
  EXPECT_EQ(stats.sent_time, FromTicks<1000>(40));
  EXPECT_GT(stats.sent_bytes, 300U);
  EXPECT_EQ(stats.frames_dropped, 0U);
}

TEST_F(EgressTest, DeliversDataThatGoesWithAFrame) {
  Start({Avc(), Aac()});
  egress_->OnFrame(Picture(0, true));
  const std::vector<uint8_t> data = amf::WriteAll(
      std::vector{amf::Text("onTextData"), amf::EcmaArrayOf({{"a", amf::Text("b")}})});
  media::Frame picture = Picture(40, false);
  picture.events = std::make_shared<const media::EventList>(media::EventList{
      {.kind = media::Event::Kind::kId3, .payload = SharedBytes(std::string("ID3"))},
      {.kind = media::Event::Kind::kAmf, .payload = SharedBytes::Copy(data)}});
  egress_->OnFrame(picture);
  Exchange();
  ASSERT_TRUE(server_status_);
  EXPECT_EQ(sink().frames(0).size(), 2U);
  ASSERT_EQ(sink().events.size(), 1U);
  EXPECT_EQ(sink().events[0].payload.text(), SharedBytes::Copy(data).text());
}

TEST_F(EgressTest, IsIndifferentToHowTheBytesAreCut) {
  Start({Avc(), Aac()}, 3);
  ASSERT_EQ(started_, 1);
  egress_->OnFrame(Picture(0, true));
  egress_->OnFrame(Sound(1));
  Exchange();
  EXPECT_EQ(sink().frames().size(), 2U);
}

TEST_F(EgressTest, SendsFourCcCodecs) {
  const media::Track hevc = TrackOf(0, CodecId::kH265, sample::Bytes(sample::kHevcConfig720p));
  const media::Track opus = TrackOf(1, CodecId::kOpus, sample::Bytes(sample::kOpusHeadSurround));
  Start({hevc, opus});
  media::Frame frame = Picture(0, true);
  frame.payload = sample::Bytes(sample::kHevcKeyFrame720p);
  egress_->OnFrame(frame);
  media::Frame sound = Sound(0);
  sound.payload = SharedBytes(std::vector<uint8_t>{0xFC, 0xFF, 0xFE});
  egress_->OnFrame(sound);
  Exchange();
  ASSERT_TRUE(server_status_);
  const auto tracks = sink().track_lists().back();
  ASSERT_EQ(tracks->tracks.size(), 2U);
  EXPECT_EQ(tracks->tracks[0].codec, CodecId::kH265);
  EXPECT_EQ(tracks->tracks[1].codec, CodecId::kOpus);
  EXPECT_EQ(tracks->tracks[1].channels, 6U);
  EXPECT_EQ(sink().frames().size(), 2U);
}

TEST_F(EgressTest, ANewConfigurationIsSentBeforeTheNextKeyFrame) {
  Start({Avc(), Aac()});
  egress_->OnFrame(Picture(0, true));
  ASSERT_TRUE(egress_->OnTracks(
      {TrackOf(0, CodecId::kH264, sample::Bytes(sample::kAvcConfig1080p)), Aac()}));
  egress_->OnFrame(Picture(40, false));  // of the old configuration, or not decodable
  egress_->OnFrame(Picture(80, true));
  Exchange();
  EXPECT_EQ(sink().frames(0).size(), 2U);
  EXPECT_EQ(sink().track_lists().back()->tracks[0].height, 1080U);
  EXPECT_FALSE(egress_->OnTracks({Avc()})) << "a track less";
  EXPECT_FALSE(egress_->OnTracks(
      {TrackOf(0, CodecId::kH265, sample::Bytes(sample::kHevcConfig720p)), Aac()}))
      << "another codec";
}

TEST_F(EgressTest, ASlowServerLosesFramesUpToTheNextKeyFrame) {
  Start({Avc(), Aac()});
  egress_->OnFrame(Picture(0, true));
  up_.unsent = (size_t{4} << 20) + 1;
  egress_->OnFrame(Picture(40, false));
  egress_->OnFrame(Sound(50));
  up_.unsent = size_t{3} << 20;  // some room, but not half
  egress_->OnFrame(Picture(80, true));
  up_.unsent = 0;
  egress_->OnFrame(Picture(120, false));
  egress_->OnFrame(Sound(130));
  egress_->OnFrame(Picture(160, true));
  egress_->OnFrame(Sound(170));
  Exchange();
  EXPECT_EQ(sink().frames(0).size(), 2U);
  EXPECT_EQ(sink().frames(1).size(), 1U);
  EXPECT_EQ(egress_->stats().frames_dropped, 5U);
}

TEST_F(EgressTest, WhatIsUnsentIsNotCounted) {
  Start({Avc()});
  egress_->OnFrame(Picture(0, true));
  const uint64_t all = egress_->stats().sent_bytes;
  up_.unsent = 100;
  EXPECT_EQ(egress_->stats().sent_bytes, all - 100);
  egress_->Detach();
  EXPECT_EQ(egress_->stats().sent_bytes, all - 100) << "lost with the connection";
  egress_->OnFrame(Picture(40, true));
  EXPECT_EQ(egress_->stats().sent_bytes, all - 100);
}

TEST_F(EgressTest, AGapIsBridgedToTheNextKeyFrame) {
  Start({Avc()});
  egress_->OnFrame(Picture(0, true));
  egress_->OnGap();
  egress_->OnFrame(Picture(40, false));
  egress_->OnFrame(Picture(80, true));
  Exchange();
  EXPECT_EQ(sink().frames().size(), 2U);
}

TEST_F(EgressTest, SoundAloneBeginsAtOnce) {
  Start({Aac()});
  egress_->OnFrame(Sound(500));
  egress_->OnFrame(Sound(523));
  Exchange();
  EXPECT_EQ(sink().frames().size(), 2U);
}

TEST_F(EgressTest, DataOfTheStreamGoesWithItsFrame) {
  Start({Avc()});
  const std::vector<amf::Value> values{amf::Text("onTextData"),
                                       amf::ObjectOf({{"text", amf::Text("hello")}})};
  media::Frame frame = Picture(0, true);
  frame.events = std::make_shared<const media::EventList>(media::EventList{
      {.kind = media::Event::Kind::kId3, .payload = SharedBytes(std::string("ID3"))},
      {.kind = media::Event::Kind::kAmf, .payload = SharedBytes(amf::WriteAll(values))}});
  egress_->OnFrame(frame);
  const std::string sent = up_.text();
  const size_t data = sent.find("onTextData");
  ASSERT_NE(data, std::string::npos);
  EXPECT_EQ(sent.find("ID3"), std::string::npos);
  Exchange();
  ASSERT_TRUE(server_status_);
  EXPECT_EQ(sink().frames().size(), 1U);
}

TEST_F(EgressTest, LeavingEndsThePublication) {
  Start({Avc()});
  egress_->Leave();
  Exchange();
  EXPECT_EQ(sink().end(), media::EndReason::kFinished);
}

TEST_F(EgressTest, NothingIsSentBeforeTheServersLeave) {
  gate_.refusal = Error{.code = ErrorCode::kRefused, .detail = "no"};
  Start({Avc()});
  EXPECT_EQ(started_, 0);
  egress_->OnFrame(Picture(0, true));
  EXPECT_EQ(egress_->stats().sent_bytes, 0U);
  EXPECT_FALSE(client_status_);
}

}  // namespace
}  // namespace weir::rtmp

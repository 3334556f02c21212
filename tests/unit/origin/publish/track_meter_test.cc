#include "origin/publish/track_meter.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "support/recording_sink.h"

namespace weir::origin {
namespace {

using namespace std::chrono_literals;

std::shared_ptr<const media::TrackList> VideoAndAudio(uint32_t width) {
  media::Track video;
  video.id = 0;
  video.width = width;
  video.height = 360;
  media::Track audio;
  audio.id = 1;
  audio.codec = media::CodecId::kAac;
  audio.sample_rate = 48'000;
  media::TrackList list{.tracks = {video, audio}, .run = {}};
  return std::make_shared<const media::TrackList>(std::move(list));
}

struct TrackMeterTest : ::testing::Test {
  TrackMeterTest() { meter.OnTracks(VideoAndAudio(640)); }

  /// A second of video at 25 frames, a key frame at its start, 1000 bytes a frame.
  void OneSecond(int second, MediaTime later = MediaTime(0)) {
    for (int i = 0; i < 25; ++i) {
      const MediaTime dts = FromTicks<25>(25 * second + i);
      meter.OnFrame(std::make_shared<media::Frame>(
          media::Frame{.track = 0,
                       .dts = dts,
                       .pts = dts + later,
                       .duration = FromTicks<25>(1),
                       .key = i == 0,
                       .mark = {},
                       .payload = SharedBytes(std::string(1'000, 'x'))}));
    }
  }

  test::RecordingSink next;
  TrackMeter meter{next};
  Clock::time_point start = Clock::time_point(100s);
};

TEST_F(TrackMeterTest, MeasuresRatesAndKeyFrames) {
  meter.Look(start);
  OneSecond(0);
  OneSecond(1);
  const std::vector<TrackFigures> figures = meter.Look(start + 2s);
  ASSERT_EQ(figures.size(), 2U);
  const TrackFigures& video = figures[0];
  EXPECT_EQ(video.frames, 50U);
  EXPECT_EQ(video.bitrate_average(), 200'000);
  EXPECT_EQ(video.bitrate_latest, 200'000);
  EXPECT_DOUBLE_EQ(video.framerate_average(), 25);
  EXPECT_DOUBLE_EQ(video.framerate_latest, 25);
  EXPECT_DOUBLE_EQ(video.key_interval_average(), 25);
  EXPECT_EQ(video.key_interval_latest, 25U);
  EXPECT_EQ(video.frames_since_key, 24U);
  EXPECT_FALSE(video.has_b_frames);
  EXPECT_EQ(figures[1].frames, 0U);
  EXPECT_EQ(figures[1].bitrate_average(), 0);
  EXPECT_EQ(next.frames().size(), 50U);
}

TEST_F(TrackMeterTest, TheLatestRatesAreFromTheLastLookOn) {
  meter.Look(start);
  OneSecond(0);
  meter.Look(start + 1s);
  EXPECT_EQ(meter.Look(start + 2s)[0].bitrate_latest, 0);
  EXPECT_EQ(meter.Look(start + 3s)[0].bitrate_average(), 200'000);
}

TEST_F(TrackMeterTest, NewTracksCountOnWhereTheOldOnesWere) {
  OneSecond(0, FromTicks<25>(1));
  meter.OnTracks(VideoAndAudio(320));
  OneSecond(1);
  const TrackFigures video = meter.Look(start)[0];
  EXPECT_EQ(video.frames, 50U);
  EXPECT_EQ(video.width_max, 640U);
  EXPECT_TRUE(video.has_b_frames);
}

}  // namespace
}  // namespace weir::origin

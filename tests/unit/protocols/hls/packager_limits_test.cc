#include <limits>

#include <gtest/gtest.h>

#include "protocols/hls/packager.h"
#include "protocols/hls/packager_input.h"
#include "support/mp4_boxes.h"
#include "unit/protocols/hls/packager_recorder.h"
#include "unit/protocols/hls/packager_stream.h"

namespace weir::hls {
namespace {

using testing::FramesOf;
using testing::kVideo;
using testing::PlayAll;
using testing::Recorder;
using testing::Shape;
using testing::TracksOf;

const Shape kShape{.audio = false};

media::Frame Plain(MediaTime dts, bool key = false, size_t size = 10) {
  return {.track = kVideo,
          .dts = dts,
          .pts = dts,
          .duration = std::chrono::milliseconds(20),
          .key = key,
          .mark = {},
          .payload = SharedBytes(std::vector<uint8_t>(size, 7))};
}

media::Frame Marked(MediaTime dts, int64_t number) {
  media::Frame frame = Plain(dts, true);
  frame.mark = media::SegmentMark{
      .number = number,
      .utc = UtcTime(dts / std::chrono::microseconds(1) * std::chrono::microseconds(1))};
  return frame;
}

class PackagerLimits : public ::testing::Test {
 protected:
  void Start(SegmentLimits limits) {
    packager_.emplace(PackagerOptions{.path = "p", .limits = limits}, recorder_);
    packager_->OnTracks(TracksOf(kShape));
  }

  void Tell(media::Frame frame) {
    packager_->OnFrame(std::make_shared<const media::Frame>(std::move(frame)));
  }

  Recorder recorder_;
  std::optional<Packager> packager_;
};

TEST_F(PackagerLimits, ClosesAPartBeforeItHasTooManyBytes) {
  Start({.part = {.bytes = 100}});
  Tell(Marked(std::chrono::seconds(1), 1'000));
  for (int i = 1; i <= 10; ++i)
    Tell(Plain(std::chrono::milliseconds(1'000 + 20 * i)));
  ASSERT_EQ(recorder_.order.size(), 1U);
  const auto part = recorder_.parts.begin()->second;
  EXPECT_EQ(test::ReadFragments(part.media->bytes.view()).front().samples.size(), 10U);
}

TEST_F(PackagerLimits, ClosesAPartBeforeItHasTooManyFrames) {
  Start({.part = {.frames = 4}});
  Tell(Marked(std::chrono::seconds(1), 1'000));
  for (int i = 1; i <= 4; ++i)
    Tell(Plain(std::chrono::milliseconds(1'000 + 20 * i)));
  ASSERT_EQ(recorder_.order.size(), 1U);
  const auto part = recorder_.parts.begin()->second;
  EXPECT_EQ(test::ReadFragments(part.media->bytes.view()).front().samples.size(), 4U);
}

TEST_F(PackagerLimits, DropsAFrameThatIsLargerThanAPartMayBe) {
  Start({.part = {.bytes = 100}});
  Tell(Marked(std::chrono::seconds(1), 1'000));
  Tell(Plain(std::chrono::milliseconds(1'020), false, 100));
  EXPECT_EQ(packager_->stats().frames_dropped, 0U);
  Tell(Plain(std::chrono::milliseconds(1'040), false, 101));
  EXPECT_EQ(packager_->stats().frames_dropped, 1U);
}

TEST_F(PackagerLimits, GivesUpASegmentThatGrowsWithoutEnd) {
  Start({.segment_parts = 3});
  Tell(Marked(std::chrono::seconds(1), 1'000));
  for (int i = 1; i <= 1'000; ++i)
    Tell(Plain(std::chrono::milliseconds(1'000 + 20 * i)));
  EXPECT_EQ(recorder_.order.size(), 3U);
  EXPECT_EQ(packager_->stats().segments_over, 1U);
  Tell(Marked(std::chrono::seconds(30), 1'001));
  EXPECT_EQ(recorder_.segments.at({kVideo, 1'000}).media, nullptr);
  for (int i = 1; i <= 30; ++i)
    Tell(Plain(std::chrono::milliseconds(30'000 + 20 * i)));
  EXPECT_EQ(std::get<1>(recorder_.order.back()), 1'001);
}

TEST_F(PackagerLimits, GivesUpASegmentOfTooManyBytes) {
  Start({.segment_bytes = 10'000});
  Tell(Marked(std::chrono::seconds(1), 1'000));
  for (int i = 1; i <= 100; ++i)
    Tell(Plain(std::chrono::milliseconds(1'000 + 20 * i), false, 300));
  EXPECT_EQ(packager_->stats().segments_over, 1U);
}

TEST_F(PackagerLimits, DropsFramesOfImpossibleTimes) {
  Start({});
  Tell(Marked(std::chrono::seconds(1), 1'000));
  for (const MediaTime time : {MediaTime::min(), MediaTime(-1), MediaTime::max()}) {
    Tell(Plain(time));
    media::Frame frame = Plain(std::chrono::seconds(2));
    frame.pts = time;
    Tell(frame);
    frame = Plain(std::chrono::seconds(2));
    frame.duration = time;
    Tell(frame);
  }
  EXPECT_EQ(packager_->stats().frames_dropped, 9U);
  for (const int64_t number :
       {std::numeric_limits<int64_t>::min(), int64_t{-1}, std::numeric_limits<int64_t>::max()}) {
    Tell(Marked(std::chrono::seconds(2), number));
  }
  EXPECT_EQ(packager_->stats().frames_dropped, 12U);
  media::Frame empty = Plain(std::chrono::seconds(2));
  empty.payload = {};
  Tell(empty);
  EXPECT_EQ(packager_->stats().frames_dropped, 13U);
  EXPECT_TRUE(recorder_.closed.empty());
}

TEST_F(PackagerLimits, KeepsPartsShortWhateverTheTimesAre) {
  Start({});
  const int64_t target = TracksOf(kShape)->tracks[0].part_target / FromTicks(1, 90'000);
  std::mt19937 random(5);
  MediaTime dts = std::chrono::seconds(1);
  int64_t number = 1'000;
  for (int i = 0; i < 20'000; ++i) {
    media::Frame frame = Plain(dts, random() % 50 == 0);
    if (random() % 100 == 0) frame = Marked(dts, number++);
    frame.duration = MediaTime(static_cast<int64_t>(random() % 2'000'000'000));
    frame.pts =
        MediaTime(static_cast<int64_t>(random()) * static_cast<int64_t>(random() % 1'000'000));
    dts += MediaTime(1 + static_cast<int64_t>(random() % (i % 3 == 0 ? 3 : 60'000'000)));
    Tell(frame);
  }
  EXPECT_GT(recorder_.parts.size(), 100U);
  for (const auto& [key, part] : recorder_.parts) {
    const auto fragments = test::ReadFragments(part.media->bytes.view());
    ASSERT_EQ(fragments.size(), 1U);
    EXPECT_LE(fragments.front().duration(), target);
    for (const auto& sample : fragments.front().samples)
      EXPECT_GE(sample.duration, 1U);
  }
}

TEST(PackagerInput, TakesWhatAnOriginSends) {
  EXPECT_TRUE(CheckTracks(*TracksOf({})));
}

TEST(PackagerInput, RefusesEachValueThatIsOutOfRange) {
  const auto refuses = [](auto&& change) {
    media::TrackList list = *TracksOf({});
    change(list);
    return !CheckTracks(list);
  };
  using List = media::TrackList;
  EXPECT_TRUE(refuses([](List& list) { list.run.reset(); }));
  EXPECT_TRUE(refuses([](List& list) { list.run->id = ""; }));
  EXPECT_TRUE(refuses([](List& list) { list.run->id = std::string(65, 'a'); }));
  EXPECT_TRUE(refuses([](List& list) { list.run->id = "a\nb"; }));
  EXPECT_TRUE(refuses([](List& list) { list.run->first_number = -1; }));
  EXPECT_TRUE(refuses([](List& list) { list.run->discontinuity_sequence = -1; }));
  EXPECT_TRUE(refuses([](List& list) { list.run->target_duration = std::chrono::seconds(0); }));
  EXPECT_TRUE(refuses([](List& list) { list.run->target_duration = std::chrono::seconds(3'601); }));
  EXPECT_TRUE(refuses([](List& list) { list.run->segment_duration = MediaTime(0); }));
  EXPECT_TRUE(refuses([](List& list) { list.run->part_hold_back = MediaTime(-1); }));
  EXPECT_TRUE(refuses([](List& list) { list.run->part_hold_back = std::chrono::seconds(3'601); }));
  EXPECT_TRUE(refuses([](List& list) { list.playlists = {{.name = "", .file_name = "a"}}; }));
  EXPECT_TRUE(refuses([](List& list) {
    list.playlists = {
        {.name = "", .file_name = "a", .path_depth = 3, .renditions = {{.name = ""}}}};
  }));
  EXPECT_TRUE(refuses([](List& list) { list.run->segment_count = 0; }));
  EXPECT_TRUE(refuses([](List& list) { list.run->segment_count = 1'001; }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks.clear(); }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks[1].id = list.tracks[0].id; }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks[1].sample_rate = 0; }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks[1].sample_rate = 44'101; }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks[0].part_target = MediaTime(0); }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks[0].part_target = MediaTime::max(); }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks[0].frame_duration = MediaTime(-1); }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks[0].config = {}; }));
  EXPECT_TRUE(refuses([](List& list) {
    list.tracks[0].config = SharedBytes(std::vector<uint8_t>(64 * 1024 + 1));
  }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks[0].width = 16'385; }));
  EXPECT_TRUE(refuses([](List& list) { list.tracks[0].codec_string = std::string(129, 'a'); }));
  EXPECT_TRUE(refuses([](List& list) {
    for (media::TrackId id = 2; list.tracks.size() < 65; ++id) {
      list.tracks.push_back(list.tracks[0]);
      list.tracks.back().id = id;
    }
  }));
}

}  // namespace
}  // namespace weir::hls

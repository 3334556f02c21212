#include <algorithm>

#include <gtest/gtest.h>

#include "protocols/hls/packager.h"
#include "support/mp4_boxes.h"
#include "unit/protocols/hls/packager_recorder.h"
#include "unit/protocols/hls/packager_stream.h"

namespace weir::hls {
namespace {

using testing::FramePtr;
using testing::FramesOf;
using testing::kAudio;
using testing::kVideo;
using testing::Lines;
using testing::NumberAfter;
using testing::PlayAll;
using testing::Recorder;
using testing::Shape;
using testing::TracksOf;

constexpr double kSeconds = 25;

/// A stream, packaged, and looked at from outside.
class PackagerParts : public ::testing::TestWithParam<Shape> {
 protected:
  PackagerParts()
      : tracks_(TracksOf(GetParam())),
        frames_(FramesOf(GetParam(), kSeconds)),
        packager_({.path = "default/app/stream"}, recorder_) {
    packager_.OnTracks(tracks_);
    PlayAll(frames_, packager_);
    packager_.OnEnd(media::EndReason::kFinished);
  }

  std::vector<media::TrackId> track_ids() const {
    std::vector<media::TrackId> ids;
    for (const media::Track& track : tracks_->tracks)
      ids.push_back(track.id);
    return ids;
  }

  int64_t TargetTicks(media::TrackId id) const {
    const media::Track& track = *tracks_->Find(id);
    const MediaTime tick = FromTicks(1, track.timescale());
    return (track.part_target + tick - MediaTime(1)) / tick;
  }

  /// The fragment of each part of a segment.
  std::vector<test::Mp4Fragment> PartsOf(media::TrackId track, int64_t number) const {
    std::vector<test::Mp4Fragment> fragments;
    for (int part = 0;; ++part) {
      const auto found = recorder_.parts.find({track, number, part});
      if (found == recorder_.parts.end()) return fragments;
      const auto read = test::ReadFragments(found->second.media->bytes.view());
      EXPECT_EQ(read.size(), 1U);
      EXPECT_FALSE(read.front().samples.empty());
      fragments.push_back(read.front());
    }
  }

  const testing::TracksPtr tracks_;
  const std::vector<FramePtr> frames_;
  Recorder recorder_;
  Packager packager_;
};

TEST_P(PackagerParts, AreNeverLongerThanTheirTargetAndSeldomShort) {
  for (const media::TrackId track : track_ids()) {
    const int64_t target = TargetTicks(track);
    for (const auto& [key, segment] : recorder_.segments) {
      if (key.first != track) continue;
      const auto parts = PartsOf(track, key.second);
      ASSERT_EQ(static_cast<size_t>(segment.parts), parts.size());
      for (size_t i = 0; i < parts.size(); ++i) {
        EXPECT_LE(parts[i].duration(), target) << "segment " << key.second << " part " << i;
        const bool last = i + 1 == parts.size();
        if (last || (track == kVideo && parts[i + 1].samples.front().sync)) continue;
        EXPECT_GE(parts[i].duration() * 100, target * 85 - 100)
            << "track " << track << " segment " << key.second << " part " << i;
      }
    }
  }
}

TEST_P(PackagerParts, FollowOnEachOtherWithoutAHoleInDecodeTimes) {
  for (const media::TrackId track : track_ids()) {
    for (const auto& [key, segment] : recorder_.segments) {
      if (key.first != track) continue;
      const auto parts = PartsOf(track, key.second);
      for (size_t i = 1; i < parts.size(); ++i) {
        EXPECT_EQ(parts[i].decode_time,
                  parts[i - 1].decode_time + static_cast<uint64_t>(parts[i - 1].duration()));
        EXPECT_EQ(parts[i].sequence, parts[i - 1].sequence + 1);
      }
      const auto next = PartsOf(track, key.second + 1);
      if (next.empty() || GetParam().jitter > 0 || GetParam().holes > 0) continue;
      EXPECT_EQ(next.front().decode_time,
                parts.back().decode_time + static_cast<uint64_t>(parts.back().duration()));
    }
  }
}

TEST_P(PackagerParts, BeginEachSegmentAtItsFirstFramesOwnTime) {
  for (const FramePtr& frame : frames_) {
    if (!frame->mark) continue;
    const auto parts = PartsOf(frame->track, frame->mark->number);
    ASSERT_FALSE(parts.empty());
    EXPECT_EQ(static_cast<int64_t>(parts.front().decode_time),
              ToTicks(frame->dts, tracks_->Find(frame->track)->timescale()));
  }
}

TEST_P(PackagerParts, HoldEveryFrameOnceWithItsOwnPts) {
  for (const media::TrackId track : track_ids()) {
    std::vector<const media::Frame*> expected;
    for (const FramePtr& frame : frames_)
      if (frame->track == track && (frame->mark || !expected.empty()))
        expected.push_back(frame.get());
    size_t at = 0;
    for (const auto& [key, segment] : recorder_.segments) {
      if (key.first != track) continue;
      for (const test::Mp4Fragment& part : PartsOf(track, key.second)) {
        auto decode = static_cast<int64_t>(part.decode_time);
        for (const auto& sample : part.samples) {
          ASSERT_LT(at, expected.size());
          const media::Frame& frame = *expected[at++];
          EXPECT_EQ(SharedBytes::Static(sample.payload).text(), frame.payload.text());
          EXPECT_EQ(sample.sync, frame.key);
          EXPECT_GE(sample.duration, 1U);
          EXPECT_EQ(decode + sample.composition_offset,
                    ToTicks(frame.pts, tracks_->Find(track)->timescale()));
          decode += sample.duration;
        }
      }
    }
    EXPECT_EQ(at, expected.size());
  }
}

TEST_P(PackagerParts, MakeUpTheirSegment) {
  for (const auto& [key, segment] : recorder_.segments) {
    std::string joined;
    for (int part = 0; part < segment.parts; ++part)
      joined += recorder_.parts.at({key.first, key.second, part}).media->bytes.text();
    ASSERT_NE(segment.media, nullptr);
    EXPECT_EQ(segment.media->bytes.text(), joined);
  }
}

TEST_P(PackagerParts, ArePrintedAsTheyAre) {
  for (const auto& [key, segment] : recorder_.segments) {
    const auto [track, number] = key;
    const std::string text(segment.playlist->Get(m3u8::Skip::kNothing)->bytes.text());
    const int64_t target = NumberAfter(text, "PART-TARGET=");
    EXPECT_GE(NumberAfter(text, "PART-HOLD-BACK="), 3 * target);
    int64_t sum = 0;
    size_t listed = 0;
    const auto parts = PartsOf(track, number);
    for (const std::string& line : Lines(text, "#EXT-X-PART:")) {
      EXPECT_LE(NumberAfter(line, "DURATION="), target);
      const std::string name = "part_" + std::to_string(track) + "_" + std::to_string(number) + "_";
      if (line.find(name) == std::string::npos) continue;
      sum += NumberAfter(line, "DURATION=");
      EXPECT_EQ(line.find("INDEPENDENT=YES") != std::string::npos,
                parts.at(listed).samples.front().sync);
      ++listed;
    }
    EXPECT_EQ(listed, parts.size());
    const auto lengths = Lines(text, "#EXTINF:");
    ASSERT_FALSE(lengths.empty());
    EXPECT_EQ(NumberAfter("=" + lengths.back(), "="), sum);
    int64_t ticks = 0;
    for (const auto& part : parts)
      ticks += part.duration();
    EXPECT_NEAR(static_cast<double>(sum) / 1e6,
                static_cast<double>(ticks) / tracks_->Find(track)->timescale(), 1e-6);
  }
}

TEST_P(PackagerParts, ComeWithTheLastFrameThatFits) {
  // Packaged again, frame by frame: a part that is full is out before the next frame.
  if (GetParam().jitter > 0 || GetParam().holes > 0) return;
  Recorder recorder;
  Packager packager({.path = "default/app/stream"}, recorder);
  packager.OnTracks(tracks_);
  std::map<media::TrackId, MediaTime> part_start;
  for (const FramePtr& frame : frames_) {
    const auto [start, is_first] = part_start.try_emplace(frame->track, frame->dts);
    const size_t before = recorder.order.size();
    packager.OnFrame(frame);
    const media::Track& track = *tracks_->Find(frame->track);
    if (frame->mark || recorder.order.size() > before + 1) start->second = frame->dts;
    const MediaTime length = frame->dts + frame->duration - start->second;
    if (length + track.frame_duration > track.part_target) {
      EXPECT_GT(recorder.order.size(), before);
      start->second = frame->dts + frame->duration;
    } else if (recorder.order.size() > before) {
      start->second = frame->dts;
    }
  }
}

std::vector<Shape> Shapes() {
  std::vector<Shape> shapes;
  shapes.push_back({});
  shapes.push_back({.rate = 24'000, .gop = 48, .b_frames = 3, .sample_rate = 44'100});
  shapes.push_back({.rate = 25, .scale = 1, .gop = 12, .b_frames = 0, .segment_seconds = 1});
  shapes.push_back({.rate = 60'000, .gop = 480, .segment_seconds = 6});
  shapes.push_back({.rate = 50, .scale = 1, .gop = 75, .segment_seconds = 4});
  shapes.push_back({.rate = 5, .scale = 1, .gop = 10, .b_frames = 0});
  shapes.push_back({.rate = 30, .scale = 1, .gop = 1, .b_frames = 0});
  shapes.push_back({.video = false, .segment_seconds = 4});
  shapes.push_back({.audio = false});
  shapes.push_back({.part = std::chrono::milliseconds(200)});
  std::mt19937 random(7);
  const std::vector<std::pair<uint64_t, uint64_t>> rates{
      {30'000, 1'001}, {24'000, 1'001}, {60'000, 1'001}, {25, 1}, {30, 1}, {50, 1}, {15, 1}};
  for (uint32_t seed = 2; seed < 26; ++seed) {
    Shape shape{.seed = seed};
    std::tie(shape.rate, shape.scale) = rates[random() % rates.size()];
    const double fps = static_cast<double>(shape.rate) / static_cast<double>(shape.scale);
    shape.gop = std::max(
        1, static_cast<int>(fps * (0.5 + 7.5 * static_cast<double>(random() % 100) / 100)));
    shape.b_frames = static_cast<int>(random() % 4);
    shape.sample_rate = random() % 2 == 0 ? 48'000 : 44'100;
    shape.segment_seconds = 1 + static_cast<int>(random() % 6);
    shape.part = std::chrono::milliseconds(200 + 100 * (random() % 9));
    if (seed % 3 == 1) shape.jitter = 0.3;
    if (seed % 3 == 2) shape.holes = 0.1;
    shapes.push_back(shape);
  }
  return shapes;
}

INSTANTIATE_TEST_SUITE_P(Streams, PackagerParts, ::testing::ValuesIn(Shapes()));

}  // namespace
}  // namespace weir::hls

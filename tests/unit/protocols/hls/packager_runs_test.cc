#include <gtest/gtest.h>

#include "protocols/hls/packager.h"
#include "unit/protocols/hls/packager_recorder.h"
#include "unit/protocols/hls/packager_stream.h"

namespace weir::hls {
namespace {

using testing::FramePtr;
using testing::FramesOf;
using testing::IndexOfMark;
using testing::kAudio;
using testing::kVideo;
using testing::Lines;
using testing::Play;
using testing::PlayAll;
using testing::Recorder;
using testing::Shape;
using testing::TracksOf;

constexpr const char* kNextRun = "fedcba9876543210";

class PackagerRuns : public ::testing::Test {
 protected:
  void Run(const Shape& shape, double seconds) {
    packager_.OnTracks(TracksOf(shape));
    PlayAll(FramesOf(shape, seconds), packager_);
  }

  /// The run after `shape`, `skipped` numbers after the last one.
  static Shape Next(Shape shape, int64_t last, int64_t skipped = 0) {
    shape.run = kNextRun;
    shape.first_number = last + 1 + skipped;
    ++shape.discontinuity_sequence;
    return shape;
  }

  /// The lines of the whole segments: "seg <number> <first of run>" or "gap <number> ...".
  std::vector<std::string> Outline(media::TrackId track) const {
    std::vector<std::string> outline;
    bool gap = false;
    for (const std::string& line : Lines(recorder_.Current(track))) {
      if (line == "#EXT-X-DISCONTINUITY") outline.emplace_back("discontinuity");
      if (line.starts_with("#EXT-X-MAP:"))
        outline.push_back("map " + line.substr(line.find("llhls") - 17, 4));
      if (line == "#EXT-X-GAP") gap = true;
      if (!line.starts_with("seg_")) continue;
      outline.push_back((gap ? "gap " : "seg ") + line.substr(6, 4) + " " +
                        line.substr(line.find("llhls") - 17, 4));
      gap = false;
    }
    return outline;
  }

  using Outlines = std::vector<std::string>;

  const Shape shape_{.audio = false};
  Recorder recorder_;
  Packager packager_{{.path = "default/app/stream"}, recorder_};
};

TEST_F(PackagerRuns, StandBehindADiscontinuityAndAMapOfTheirOwn) {
  Run(shape_, 5);  // 1000, 1001 and half of 1002
  Run(Next(shape_, 1002), 3);
  EXPECT_EQ(Outline(kVideo),
            (Outlines{"map 0123", "seg 1000 0123", "seg 1001 0123", "seg 1002 0123",
                      "discontinuity", "map fedc", "seg 1003 fedc"}));
  EXPECT_EQ(recorder_.runs.size(), 2U);
  EXPECT_EQ(Lines(recorder_.Current(kVideo), "#EXT-X-DISCONTINUITY-SEQUENCE:").at(0), "3");
  EXPECT_EQ(packager_.stats().segments_lost, 0U);
  // Once the old run has left, its number is in the head.
  Run(Next(shape_, 1002), 0);
  PlayAll(FramesOf(Next(shape_, 1002), 20), packager_);
  EXPECT_EQ(Lines(recorder_.Current(kVideo), "#EXT-X-DISCONTINUITY-SEQUENCE:").at(0), "4");
  EXPECT_TRUE(Lines(recorder_.Current(kVideo), "#EXT-X-DISCONTINUITY").size() == 1);
}

TEST_F(PackagerRuns, LookTheSameToThoseWhoCameLater) {
  const Shape next = Next(shape_, 1002);
  Run(shape_, 5);
  Run(next, 30);
  Recorder joined;
  Packager packager({.path = "default/app/stream"}, joined);
  packager.OnTracks(TracksOf(next));
  Play(FramesOf(next, 30), next.first_number + 1, packager);
  EXPECT_EQ(joined.Current(kVideo), recorder_.Current(kVideo));
  EXPECT_EQ(joined.runs.back().multivariants->at("llhls").usual->etag,
            recorder_.runs.back().multivariants->at("llhls").usual->etag);
}

TEST_F(PackagerRuns, LeaveGapsWhereFewNumbersAreMissing) {
  Run(shape_, 3);  // 1000 and half of 1001
  Run(Next(shape_, 1001, 2), 1);
  EXPECT_EQ(Outline(kVideo),
            (Outlines{"map 0123", "seg 1000 0123", "seg 1001 0123", "gap 1002 0123",
                      "gap 1003 0123", "discontinuity", "map fedc"}));
  const SegmentClosed& gap = recorder_.segments.at({kVideo, 1002});
  EXPECT_EQ(gap.media, nullptr);
  EXPECT_EQ(gap.parts, 0);
  EXPECT_NE(
      gap.playlist->Get(m3u8::Skip::kNothing)->bytes.text().find("#EXT-X-GAP\n#EXTINF:3.000000,\n"),
      std::string_view::npos);
}

TEST_F(PackagerRuns, BeginAfreshWhereManyNumbersAreMissing) {
  Run(shape_, 3);
  Run(Next(shape_, 1001, 4), 1);
  EXPECT_EQ(Outline(kVideo), (Outlines{"map fedc"}));
  EXPECT_EQ(Lines(recorder_.Current(kVideo), "#EXT-X-MEDIA-SEQUENCE:").at(0), "1006");
  EXPECT_EQ(Lines(recorder_.Current(kVideo), "#EXT-X-DISCONTINUITY-SEQUENCE:").at(0), "4");
}

TEST_F(PackagerRuns, BeginAfreshWhereNumbersGoBack) {
  Run(shape_, 7);
  Shape next = Next(shape_, 1003);
  next.first_number = 500;
  Run(next, 3);
  EXPECT_EQ(Lines(recorder_.Current(kVideo), "#EXT-X-MEDIA-SEQUENCE:").at(0), "500");
  EXPECT_EQ(recorder_.expired.size(), 4U);
}

TEST_F(PackagerRuns, TakeTheLongestTargetsOfAllThatIsListed) {
  Run(shape_, 3);
  Shape next = Next(shape_, 1001);
  next.part = std::chrono::milliseconds(200);
  media::TrackList list = *TracksOf(next);
  list.run->target_duration = std::chrono::seconds(2);
  packager_.OnTracks(std::make_shared<media::TrackList>(list));
  PlayAll(FramesOf(next, 3), packager_);
  EXPECT_EQ(Lines(recorder_.Current(kVideo), "#EXT-X-TARGETDURATION:").at(0), "3");
  EXPECT_EQ(Lines(recorder_.Current(kVideo), "#EXT-X-PART-INF:").at(0), "PART-TARGET=0.500500");
}

TEST_F(PackagerRuns, AreRefusedWithValuesNobodyCanPlay) {
  Run(shape_, 3);
  const size_t parts = recorder_.order.size();
  media::TrackList list = *TracksOf(Next(shape_, 1001));
  list.run->id = "../../etc";
  packager_.OnTracks(std::make_shared<media::TrackList>(list));
  PlayAll(FramesOf(Next(shape_, 1001), 3), packager_);
  EXPECT_EQ(packager_.stats().runs_refused, 1U);
  EXPECT_EQ(recorder_.runs.size(), 1U);
  EXPECT_LE(recorder_.order.size(), parts + 1);
  Run(Next(shape_, 1001), 3);
  EXPECT_EQ(recorder_.runs.size(), 2U);
}

TEST_F(PackagerRuns, MayHaveOtherTracks) {
  const Shape both{.audio = true};
  Run(both, 5);
  const size_t audio = recorder_.segments.size();
  EXPECT_GT(audio, 0U);
  Shape next = Next(both, 1002);
  next.audio = false;
  Run(next, 5);
  // All of the audio may be forgotten, and nobody reports on it.
  EXPECT_EQ(std::count_if(recorder_.expired.begin(), recorder_.expired.end(),
                          [](const auto& key) { return key.first == kAudio; }),
            3);
  EXPECT_TRUE(Lines(recorder_.Current(kVideo), "#EXT-X-RENDITION-REPORT:").empty());
}

TEST_F(PackagerRuns, ShowALostSegmentAsAGapWithThePartsItHas) {
  const auto frames = FramesOf(shape_, 12);
  packager_.OnTracks(TracksOf(shape_));
  const size_t cut = IndexOfMark(frames, kVideo, 1001) + 40;  // two parts of 15 frames, and more
  const size_t back = IndexOfMark(frames, kVideo, 1004);
  for (size_t i = 0; i < cut; ++i)
    packager_.OnFrame(frames[i]);
  packager_.OnGap();
  for (size_t i = back; i < frames.size(); ++i)
    packager_.OnFrame(frames[i]);
  EXPECT_EQ(Outline(kVideo), (Outlines{"map 0123", "gap 1001 0123", "gap 1002 0123",
                                       "gap 1003 0123", "seg 1004 0123"}));
  const SegmentClosed& lost = recorder_.segments.at({kVideo, 1001});
  EXPECT_EQ(lost.media, nullptr);
  EXPECT_EQ(lost.parts, 2);
  // As long as it was meant to be, so that the dates go on adding up.
  EXPECT_NE(lost.playlist->Get(m3u8::Skip::kNothing)
                ->bytes.text()
                .find("#EXT-X-GAP\n#EXTINF:2.002000,\nseg_0_1001_"),
            std::string_view::npos);
  EXPECT_EQ(packager_.stats().segments_lost, 3U);
}

TEST_F(PackagerRuns, WaitForTheNextRunWhereThePublisherIsLost) {
  Run(shape_, 5);
  const size_t closed = recorder_.closed.size();
  packager_.OnEnd(media::EndReason::kLost);
  EXPECT_EQ(recorder_.closed.size(), closed);
  Run(Next(shape_, 1002), 3);
  EXPECT_EQ(Outline(kVideo),
            (Outlines{"map 0123", "seg 1000 0123", "seg 1001 0123", "gap 1002 0123",
                      "discontinuity", "map fedc", "seg 1003 fedc"}));
}

TEST_F(PackagerRuns, CloseWithWhatTheyHaveWhereThePublisherFinishes) {
  Run(shape_, 5);
  packager_.OnEnd(media::EndReason::kFinished);
  EXPECT_EQ(recorder_.closed.back().second, 1002);
  EXPECT_NE(recorder_.segments.at({kVideo, 1002}).media, nullptr);
  Run(Next(shape_, 1002), 3);
  EXPECT_EQ(Outline(kVideo),
            (Outlines{"map 0123", "seg 1000 0123", "seg 1001 0123", "seg 1002 0123",
                      "discontinuity", "map fedc", "seg 1003 fedc"}));
}

TEST_F(PackagerRuns, SkipSegmentsThatAreClosedAlready) {
  const auto frames = FramesOf(shape_, 9);
  packager_.OnTracks(TracksOf(shape_));
  PlayAll(frames, packager_);
  const auto closed = recorder_.closed;
  packager_.OnGap();
  PlayAll(frames, packager_);
  EXPECT_EQ(recorder_.closed, closed);
  EXPECT_FALSE(recorder_.repeated);
  EXPECT_GT(packager_.stats().frames_dropped, 100U);
}

}  // namespace
}  // namespace weir::hls

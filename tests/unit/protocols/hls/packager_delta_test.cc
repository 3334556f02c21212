#include <gtest/gtest.h>

#include "protocols/hls/packager.h"
#include "unit/protocols/hls/packager_recorder.h"
#include "unit/protocols/hls/packager_stream.h"

namespace weir::hls {
namespace {

using m3u8::Skip;
using testing::FramesOf;
using testing::kAudio;
using testing::kVideo;
using testing::Lines;
using testing::NumberAfter;
using testing::PlayAll;
using testing::Recorder;
using testing::Shape;
using testing::TracksOf;

constexpr std::string_view kSkipTag = "#EXT-X-SKIP:SKIPPED-SEGMENTS=";

std::string TextOf(const ChunklistPtr& playlist, Skip skip) {
  return std::string(playlist->Get(skip)->bytes.text());
}

/// Puts what `delta` left out back in, from a whole playlist that the player has: the draft's
/// merge.
std::string Merged(const std::string& delta, const std::string& before) {
  const size_t at = delta.find(kSkipTag);
  const size_t behind = delta.find('\n', at) + 1;
  int64_t skipped = NumberAfter(delta.substr(at), kSkipTag);
  const int64_t first = NumberAfter(delta, "#EXT-X-MEDIA-SEQUENCE:");
  int64_t number = NumberAfter(before, "#EXT-X-MEDIA-SEQUENCE:");
  std::string restored;
  std::string map;      // that holds for the segment
  std::string segment;  // its other lines
  for (const std::string& line : Lines(before)) {
    if (line.starts_with("#EXT-X-DISCONTINUITY-SEQUENCE:")) segment.clear();
    const bool is_first = number == first;
    if (line.starts_with("#EXT-X-MAP:")) map = line + '\n';
    // The first one listed says its map, and no discontinuity before it.
    const bool is_left_out =
        line.starts_with("#EXT-X-PART:") || line.starts_with("#EXT-X-DISCONTINUITY-SEQUENCE:") ||
        (is_first && (line == "#EXT-X-DISCONTINUITY" || line.starts_with("#EXT-X-MAP:")));
    if (!is_left_out) segment += line + '\n';
    if (line.starts_with('#')) continue;
    if (number >= first && skipped-- > 0) restored += (is_first ? map : "") + segment;
    ++number;
    segment.clear();
  }
  EXPECT_LE(skipped, 0);
  return delta.substr(0, at) + restored + delta.substr(behind);
}

class PackagerDelta : public ::testing::Test {
 protected:
  void Run(const Shape& shape, double seconds) {
    packager_.OnTracks(TracksOf(shape));
    PlayAll(FramesOf(shape, seconds), packager_);
  }

  Recorder recorder_;
  Packager packager_{{.path = "default/app/stream"}, recorder_};
};

TEST_F(PackagerDelta, AndThePlaylistBeforeMakeTheWholeOne) {
  Run({.segment_count = 30}, 120);
  std::map<media::TrackId, std::string> before;
  int deltas = 0;
  for (const Recorder::PartKey& key : recorder_.order) {
    const auto& [track, number, part] = key;
    const ChunklistPtr& playlist = recorder_.parts.at(key).playlist;
    const std::string whole = TextOf(playlist, Skip::kNothing);
    const std::string delta = TextOf(playlist, Skip::kSegments);
    EXPECT_EQ(playlist->Get(Skip::kDateRanges), playlist->Get(Skip::kSegments));
    ASSERT_EQ(whole.find(kSkipTag), std::string::npos);
    if (delta != whole) {
      ++deltas;
      ASSERT_EQ(Merged(delta, before.at(track)), whole);
      EXPECT_LT(delta.size(), whole.size());
    }
    EXPECT_EQ(delta != whole, whole.find("CAN-SKIP-UNTIL=") != std::string::npos);
    before[track] = whole;
  }
  EXPECT_GT(deltas, 200);
}

TEST_F(PackagerDelta, LeavesOutWhatIsFurtherThanSixTargetDurationsFromTheEnd) {
  // Target durations of 3 s, segments of 2.002 s.
  Run({.audio = false, .segment_count = 30}, 120);
  const std::string delta = TextOf(recorder_.current.at(kVideo), Skip::kSegments);
  EXPECT_NE(delta.find("#EXT-X-VERSION:9\n"), std::string::npos);
  EXPECT_NE(delta.find(",CAN-SKIP-UNTIL=18.000000,"), std::string::npos);
  // Nine segments are 18.018 s: the tenth from the end ends further from it.
  EXPECT_EQ(Lines(delta, kSkipTag).at(0), "21");
  EXPECT_EQ(Lines(delta, "#EXTINF:").size(), 9U);
}

TEST_F(PackagerDelta, IsOfferedOnlyWhereItPays) {
  Run({.audio = false, .segment_count = 17}, 60);
  EXPECT_EQ(Lines(TextOf(recorder_.current.at(kVideo), Skip::kSegments), kSkipTag).size(), 0U);
  EXPECT_EQ(recorder_.Current(kVideo).find("SKIP"), std::string::npos);
  Recorder longer;
  Packager packager({.path = "default/app/stream"}, longer);
  const Shape shape{.audio = false, .segment_count = 18};
  packager.OnTracks(TracksOf(shape));
  PlayAll(FramesOf(shape, 60), packager);
  EXPECT_EQ(Lines(TextOf(longer.current.at(kVideo), Skip::kSegments), kSkipTag).at(0), "9");
}

TEST_F(PackagerDelta, IsNotOfAnEndedPlaylist) {
  Run({.segment_count = 30}, 120);
  packager_.OnEnd(media::EndReason::kConcluded);
  for (const media::TrackId track : {kVideo, kAudio}) {
    const std::string text = TextOf(recorder_.current.at(track), Skip::kSegments);
    EXPECT_EQ(text, recorder_.Current(track));
    EXPECT_EQ(text.find("SKIP"), std::string::npos);
    EXPECT_EQ(Lines(text, "#EXTINF:").size(), 30U);
  }
}

TEST_F(PackagerDelta, GoesOverADiscontinuity) {
  Run({.segment_count = 30}, 60);
  packager_.OnEnd(media::EndReason::kFinished);
  const Shape next{.segment_count = 30,
                   .first_number = recorder_.closed.back().second + 1,
                   .run = "fedcba9876543210",
                   .discontinuity_sequence = 4};
  recorder_.order.clear();
  std::string before = recorder_.Current(kVideo);
  packager_.OnTracks(TracksOf(next));
  PlayAll(FramesOf(next, 70), packager_);
  int of_both_runs = 0;
  int left_out = 0;
  for (const Recorder::PartKey& key : recorder_.order) {
    if (std::get<0>(key) != kVideo) continue;
    const ChunklistPtr& playlist = recorder_.parts.at(key).playlist;
    const std::string whole = TextOf(playlist, Skip::kNothing);
    const std::string delta = TextOf(playlist, Skip::kSegments);
    ASSERT_EQ(Merged(delta, before), whole);
    constexpr std::string_view kTag = "\n#EXT-X-DISCONTINUITY\n";
    if (whole.find(kTag) != std::string::npos) {
      ++of_both_runs;
      if (delta.find(kTag) == std::string::npos) ++left_out;
    }
    before = whole;
  }
  EXPECT_GT(of_both_runs, 100);
  EXPECT_GT(left_out, 10) << "the discontinuity was among what was left out";
}

TEST_F(PackagerDelta, HoldsBackAsConfiguredButNeverLessThanThreeParts) {
  const Shape shape;
  for (const auto& [configured, expected] :
       {std::pair{std::chrono::milliseconds(0), "PART-HOLD-BACK=1.536000\n"},
        std::pair{std::chrono::milliseconds(900), "PART-HOLD-BACK=1.536000\n"},
        std::pair{std::chrono::milliseconds(2'500), "PART-HOLD-BACK=2.500000\n"}}) {
    Recorder recorder;
    Packager packager({.path = "default/app/stream"}, recorder);
    media::TrackList list = *TracksOf(shape);
    list.run->part_hold_back = configured;
    packager.OnTracks(std::make_shared<media::TrackList>(list));
    PlayAll(FramesOf(shape, 10), packager);
    // The same for both, whose parts are of different lengths.
    EXPECT_NE(recorder.Current(kVideo).find(expected), std::string::npos);
    EXPECT_NE(recorder.Current(kAudio).find(expected), std::string::npos);
  }
}

TEST_F(PackagerDelta, TellsNoHintWhereThatIsSwitchedOff) {
  const Shape shape;
  media::TrackList list = *TracksOf(shape);
  list.run->preload_hint = false;
  packager_.OnTracks(std::make_shared<media::TrackList>(list));
  PlayAll(FramesOf(shape, 10), packager_);
  EXPECT_EQ(recorder_.Current(kVideo).find("PRELOAD-HINT"), std::string::npos);
}

}  // namespace
}  // namespace weir::hls

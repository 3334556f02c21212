#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/hls/rewind_text.h"
#include "protocols/hls/rewind_window.h"

namespace weir::hls {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr UtcTime kEpoch{std::chrono::hours(24)};

RewindSegment Segment(int64_t number, const std::string& run = "a", int64_t discontinuity = 0) {
  RewindSegment segment{.number = number, .run = run, .size = 100};
  segment.entry.map_uri = "init_" + run;
  segment.entry.discontinuity_sequence = discontinuity;
  segment.entry.program_date_time = kEpoch + number * 2s;
  segment.entry.duration = 2s;
  segment.entry.uri = "seg_" + std::to_string(number);
  return segment;
}

std::string Text(const RewindPast& past) {
  std::string text;
  for (const auto& lines : past.segments)
    text += *lines;
  return text;
}

class RewindWindowTest : public ::testing::Test {
 protected:
  RewindWindow window_{
      20s, [this](const RewindSegment& dropped) { dropped_.push_back(dropped.number); }};
  std::vector<int64_t> dropped_;
};

TEST_F(RewindWindowTest, ListsWhatLiesBeforeAPlaylist) {
  for (int64_t number = 5; number < 10; ++number)
    window_.Add(Segment(number));
  const RewindPast past = window_.Before(8);
  EXPECT_EQ(past.media_sequence, 5);
  ASSERT_EQ(past.segments.size(), 3U);
  EXPECT_EQ(*past.segments[0],
            "#EXT-X-MAP:URI=\"init_a\"\n#EXT-X-PROGRAM-DATE-TIME:1970-01-02T00:00:10.000Z\n"
            "#EXTINF:2.000000,\nseg_5\n");
  EXPECT_THAT(*past.segments[1], Not(HasSubstr("MAP")));
  EXPECT_TRUE(window_.Before(5).segments.empty());
  // A playlist that begins beyond all that is known.
  EXPECT_TRUE(window_.Before(12).segments.empty());
}

TEST_F(RewindWindowTest, IsBoundedInLength) {
  for (int64_t number = 0; number < 25; ++number)
    window_.Add(Segment(number));
  EXPECT_EQ(window_.Before(24).media_sequence, 15);
  EXPECT_EQ(dropped_.size(), 15U);
  EXPECT_EQ(window_.Find("a", 14), nullptr);
  EXPECT_NE(window_.Find("a", 15), nullptr);
  EXPECT_EQ(window_.Find("b", 15), nullptr);
  // The first one says its map, whoever was before.
  EXPECT_THAT(*window_.Before(24).segments[0], HasSubstr("#EXT-X-MAP"));
}

TEST_F(RewindWindowTest, GoesOnOverARunAndBeginsAnewAfterAHole) {
  window_.Add(Segment(5));
  window_.Add(Segment(6, "b", 1));
  EXPECT_THAT(Text(window_.Before(7)), HasSubstr("#EXT-X-DISCONTINUITY\n#EXT-X-MAP"));
  EXPECT_EQ(window_.Before(7).last_discontinuity, 1);
  window_.Add(Segment(9, "b", 1));
  EXPECT_THAT(dropped_, ElementsAre(5, 6));
  EXPECT_EQ(window_.Before(10).media_sequence, 9);
}

TEST_F(RewindWindowTest, WhatCouldNotBeKeptIsAGap) {
  for (int64_t number = 5; number < 8; ++number)
    window_.Add(Segment(number));
  window_.Lose(6);
  EXPECT_EQ(window_.Find("a", 6), nullptr);
  EXPECT_TRUE(window_.Has("a", 6));
  EXPECT_THAT(*window_.Before(8).segments[1], HasSubstr("#EXT-X-GAP\n#EXTINF:2.000000,"));
  window_.Lose(4);
  window_.Lose(100);
}

TEST_F(RewindWindowTest, FreesTheOldestButNoneThatIsNew) {
  for (int64_t number = 5; number < 9; ++number)
    window_.Add(Segment(number));
  EXPECT_EQ(window_.Free(150, 8), 200U);
  EXPECT_THAT(dropped_, ElementsAre(5, 6));
  EXPECT_EQ(window_.Free(1'000, 8), 100U);
  EXPECT_EQ(window_.Free(1'000, 8), 0U);
}

TEST_F(RewindWindowTest, TakesBackWhatItHadBeforeARestart) {
  window_.Add(Segment(10));
  window_.Add(Segment(11));
  // 8 is missing, 10 is here already, 4 is of another beginning.
  std::vector<RewindSegment> older{Segment(4, "z", 3), Segment(6), Segment(7), Segment(9),
                                   Segment(10)};
  window_.Restore(older);
  EXPECT_THAT(dropped_, ElementsAre(4));
  const RewindPast past = window_.Before(12);
  EXPECT_EQ(past.media_sequence, 6);
  ASSERT_EQ(past.segments.size(), 6U);
  EXPECT_THAT(*past.segments[2], HasSubstr("#EXT-X-GAP\n#EXTINF:2.000000,\ngap_8"));
  EXPECT_NE(window_.Find("a", 6), nullptr);
  EXPECT_EQ(window_.Find("a", 8), nullptr);
}

TEST_F(RewindWindowTest, TakesBackNoMoreThanItsLength) {
  window_.Add(Segment(100));
  std::vector<RewindSegment> older;
  for (int64_t number = 50; number < 100; ++number)
    older.push_back(Segment(number));
  window_.Restore(older);
  EXPECT_EQ(window_.Before(101).segments.size(), 10U);
  EXPECT_EQ(dropped_.size(), 41U);
}

constexpr const char* kPlaylist =
    "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:12\n"
    "#EXT-X-DISCONTINUITY-SEQUENCE:4\n#EXT-X-MAP:URI=\"init_b\"\n#EXTINF:2.000000,\nseg_12\n";

RewindPast Past() {
  const auto lines = [](const char* text) { return std::make_shared<const std::string>(text); };
  return {.media_sequence = 10,
          .discontinuity_sequence = 2,
          .last_discontinuity = 3,
          .target_duration = 3s,
          .segments = {lines("ten\n"), lines("eleven\n")}};
}

TEST(RewindText, PutsThePastBeforeAPlaylist) {
  EXPECT_EQ(WithPast(kPlaylist, Past()),
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:3\n#EXT-X-MEDIA-SEQUENCE:10\n"
            "#EXT-X-DISCONTINUITY-SEQUENCE:2\nten\neleven\n#EXT-X-DISCONTINUITY\n"
            "#EXT-X-MAP:URI=\"init_b\"\n#EXTINF:2.000000,\nseg_12\n");
  EXPECT_EQ(WithPast(kPlaylist, {}), kPlaylist);
  EXPECT_EQ(NumberBehind(kPlaylist, "#EXT-X-MEDIA-SEQUENCE:"), 12);
  EXPECT_EQ(NumberBehind(kPlaylist, "#EXT-X-SKIP:"), std::nullopt);
}

TEST(RewindText, ADeltaSkipsThePastToo) {
  EXPECT_EQ(WithPast("#EXT-X-MEDIA-SEQUENCE:12\n#EXT-X-DISCONTINUITY-SEQUENCE:4\n"
                     "#EXT-X-SKIP:SKIPPED-SEGMENTS=5,RECENTLY-REMOVED-DATERANGES=\"\"\nrest\n",
                     Past()),
            "#EXT-X-MEDIA-SEQUENCE:10\n#EXT-X-DISCONTINUITY-SEQUENCE:2\n"
            "#EXT-X-SKIP:SKIPPED-SEGMENTS=7,RECENTLY-REMOVED-DATERANGES=\"\"\nrest\n");
}

TEST(RewindText, AddsAQueryToEveryAddress) {
  EXPECT_EQ(WithQuery("#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"a.m3u8\",DEFAULT=YES\n"
                      "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8?_HLS_legacy=YES\n",
                      "_HLS_rewind=YES"),
            "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,URI=\"a.m3u8?_HLS_rewind=YES\",DEFAULT=YES\n"
            "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8?_HLS_legacy=YES&_HLS_rewind=YES\n");
}

}  // namespace
}  // namespace weir::hls

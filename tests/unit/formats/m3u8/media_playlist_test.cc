#include "formats/m3u8/media_playlist.h"

#include <gtest/gtest.h>

namespace weir::m3u8 {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

const UtcTime kNoon{seconds(1'768'132'800)};  // 2026-01-11T12:00:00Z

Segment Whole(int number, milliseconds duration = seconds(6)) {
  const std::string digits = std::to_string(number);
  return {.map_uri = "init.m4s",
          .program_date_time = kNoon + seconds(6 * (number - 12)),
          .parts = {{.duration = duration, .uri = "part_" + digits, .independent = true}},
          .duration = duration,
          .uri = "seg_" + digits};
}

TEST(MediaPlaylist, RendersALowLatencyOneInTheOrderOfTheDraft) {
  Segment whole = Whole(12);
  whole.parts = {{.duration = microseconds(500'000), .uri = "p12_0", .independent = true},
                 {.duration = microseconds(499'999), .uri = "p12_1"}};
  const Segment open{.map_uri = "init.m4s",
                     .program_date_time = kNoon + milliseconds(6'001),
                     .parts = {{.duration = microseconds(500'500), .uri = "p13_0"}},
                     .uri = {}};
  const MediaPlaylist playlist{.target_duration = seconds(6),
                               .part_target = microseconds(500'500),
                               .part_hold_back = microseconds(1'501'500),
                               .media_sequence = 12,
                               .segments = {&whole},
                               .open = &open,
                               .preload_hint = "p13_1",
                               .reports = {{.uri = "audio", .last_number = 13, .last_part = 0}},
                               .date_ranges = {},
                               .removed_date_ranges = {}};
  EXPECT_EQ(
      LowLatencyText(playlist).Text(Skip::kNothing),
      "#EXTM3U\n"
      "#EXT-X-VERSION:6\n"
      "#EXT-X-TARGETDURATION:6\n"
      "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,HOLD-BACK=18.000000,PART-HOLD-BACK=1.501500\n"
      "#EXT-X-PART-INF:PART-TARGET=0.500500\n"
      "#EXT-X-MEDIA-SEQUENCE:12\n"
      "#EXT-X-DISCONTINUITY-SEQUENCE:0\n"
      "#EXT-X-MAP:URI=\"init.m4s\"\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-01-11T12:00:00.000Z\n"
      "#EXT-X-PART:DURATION=0.500000,URI=\"p12_0\",INDEPENDENT=YES\n"
      "#EXT-X-PART:DURATION=0.499999,URI=\"p12_1\"\n"
      "#EXTINF:6.000000,\n"
      "seg_12\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-01-11T12:00:06.001Z\n"
      "#EXT-X-PART:DURATION=0.500500,URI=\"p13_0\"\n"
      "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p13_1\"\n"
      "#EXT-X-RENDITION-REPORT:URI=\"audio\",LAST-MSN=13,LAST-PART=0\n");
}

TEST(MediaPlaylist, RendersWholeSegmentsOnlyForOldPlayers) {
  const Segment whole = Whole(12);
  const Segment open = Whole(13);
  const MediaPlaylist playlist{.target_duration = seconds(6),
                               .part_target = milliseconds(500),
                               .media_sequence = 12,
                               .segments = {&whole},
                               .open = &open,
                               .preload_hint = "next",
                               .reports = {{.uri = "audio"}},
                               .date_ranges = {},
                               .removed_date_ranges = {}};
  EXPECT_EQ(RenderWhole(playlist),
            "#EXTM3U\n"
            "#EXT-X-VERSION:6\n"
            "#EXT-X-TARGETDURATION:6\n"
            "#EXT-X-MEDIA-SEQUENCE:12\n"
            "#EXT-X-DISCONTINUITY-SEQUENCE:0\n"
            "#EXT-X-MAP:URI=\"init.m4s\"\n"
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-11T12:00:00.000Z\n"
            "#EXTINF:6.000000,\n"
            "seg_12\n");
}

TEST(MediaPlaylist, IsOfVersion3WhereNoSegmentNeedsAMap) {
  Segment whole = Whole(12);
  whole.map_uri.clear();
  const MediaPlaylist playlist{
      .target_duration = seconds(6), .media_sequence = 12, .segments = {&whole}};
  EXPECT_EQ(RenderWhole(playlist),
            "#EXTM3U\n"
            "#EXT-X-VERSION:3\n"
            "#EXT-X-TARGETDURATION:6\n"
            "#EXT-X-MEDIA-SEQUENCE:12\n"
            "#EXT-X-DISCONTINUITY-SEQUENCE:0\n"
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-11T12:00:00.000Z\n"
            "#EXTINF:6.000000,\n"
            "seg_12\n");
}

TEST(MediaPlaylist, SaysTheMapAgainAfterEachDiscontinuity) {
  Segment first = Whole(12);
  first.discontinuity_sequence = 4;
  Segment lost = Whole(13);
  lost.discontinuity_sequence = 4;
  lost.gap = true;
  lost.program_date_time.reset();
  Segment second = Whole(14);
  second.discontinuity_sequence = 6;
  second.map_uri = "init2.m4s";
  const MediaPlaylist playlist{.target_duration = seconds(6),
                               .media_sequence = 12,
                               .discontinuity_sequence = 4,
                               .segments = {&first, &lost, &second},
                               .preload_hint = {},
                               .reports = {},
                               .date_ranges = {},
                               .removed_date_ranges = {},
                               .ended = true};
  EXPECT_EQ(RenderWhole(playlist),
            "#EXTM3U\n"
            "#EXT-X-VERSION:6\n"
            "#EXT-X-TARGETDURATION:6\n"
            "#EXT-X-MEDIA-SEQUENCE:12\n"
            "#EXT-X-DISCONTINUITY-SEQUENCE:4\n"
            "#EXT-X-MAP:URI=\"init.m4s\"\n"
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-11T12:00:00.000Z\n"
            "#EXTINF:6.000000,\n"
            "seg_12\n"
            "#EXT-X-GAP\n"
            "#EXTINF:6.000000,\n"
            "seg_13\n"
            "#EXT-X-DISCONTINUITY\n"
            "#EXT-X-DISCONTINUITY\n"
            "#EXT-X-MAP:URI=\"init2.m4s\"\n"
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-11T12:00:12.000Z\n"
            "#EXTINF:6.000000,\n"
            "seg_14\n"
            "#EXT-X-ENDLIST\n");
}

TEST(MediaPlaylist, ListsPartsForThreeTargetDurationsAndNoLonger) {
  std::vector<Segment> segments;
  for (int number = 0; number < 8; ++number)
    segments.push_back(Whole(number));
  MediaPlaylist playlist{.target_duration = seconds(6),
                         .preload_hint = {},
                         .reports = {},
                         .date_ranges = {},
                         .removed_date_ranges = {}};
  for (const Segment& segment : segments)
    playlist.segments.push_back(&segment);
  // At the edge exactly: 18 s are segments 5 to 7.
  std::string text = LowLatencyText(playlist).Text(Skip::kNothing);
  EXPECT_EQ(text.find("part_4"), std::string::npos);
  EXPECT_NE(text.find("part_5"), std::string::npos);
  // With a little more, the end of segment 5 is still within.
  const Segment open{.map_uri = "init.m4s",
                     .program_date_time = kNoon,
                     .parts = {{.duration = milliseconds(500), .uri = "open"}},
                     .uri = {}};
  playlist.open = &open;
  text = LowLatencyText(playlist).Text(Skip::kNothing);
  EXPECT_EQ(text.find("part_4"), std::string::npos);
  EXPECT_NE(text.find("part_5"), std::string::npos);
}

/// Three segments, of which the first is old.
class Delta : public ::testing::Test {
 protected:
  Delta() {
    playlist_.target_duration = seconds(6);
    playlist_.skip_boundary = seconds(36);
    playlist_.media_sequence = 12;
    segments_[2].map_uri = "other.m4s";
    segments_[2].discontinuity_sequence = 1;
    SharedLines old{std::make_shared<const std::string>(SegmentLines(segments_[0], nullptr))};
    playlist_.old = std::make_shared<const SharedLines>(std::move(old));
    playlist_.newest_old = segments_.data();
    playlist_.segments = {&segments_[1], &segments_[2]};
  }

  std::string Text(Skip skip) const { return LowLatencyText(playlist_).Text(skip); }

  std::vector<Segment> segments_{Whole(12), Whole(13), Whole(14)};
  MediaPlaylist playlist_{
      .preload_hint = {}, .reports = {}, .date_ranges = {}, .removed_date_ranges = {}};
};

TEST_F(Delta, LeavesOutTheOldSegmentsAndNothingElse) {
  const std::string whole = Text(Skip::kNothing);
  const std::string lines = SegmentLines(segments_[0], nullptr);
  EXPECT_EQ(lines,
            "#EXT-X-MAP:URI=\"init.m4s\"\n"
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-11T12:00:00.000Z\n"
            "#EXTINF:6.000000,\n"
            "seg_12\n");
  ASSERT_NE(whole.find(lines), std::string::npos);
  std::string expected = whole;
  expected.replace(whole.find(lines), lines.size(), "#EXT-X-SKIP:SKIPPED-SEGMENTS=1\n");
  EXPECT_EQ(Text(Skip::kSegments), expected);
  EXPECT_EQ(Text(Skip::kDateRanges), expected) << "where there are no date ranges";
  EXPECT_TRUE(whole.starts_with("#EXTM3U\n#EXT-X-VERSION:9\n"));
  EXPECT_NE(whole.find("CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=36.000000,HOLD-BACK=18.000000,"),
            std::string::npos);
  // The map is said where it changes, whatever was left out.
  EXPECT_NE(expected.find("SEGMENTS=1\n#EXT-X-PROGRAM-DATE-TIME"), std::string::npos);
  EXPECT_NE(expected.find("seg_13\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"other.m4s\"\n"),
            std::string::npos);
}

TEST_F(Delta, IsNotOfferedWhereItLeavesOutNothing) {
  playlist_.old = std::make_shared<const SharedLines>();
  playlist_.newest_old = nullptr;
  EXPECT_FALSE(LowLatencyText(playlist_).can_skip());
  EXPECT_EQ(Text(Skip::kSegments), Text(Skip::kNothing));
  EXPECT_EQ(Text(Skip::kNothing).find("SKIP"), std::string::npos);
}

TEST_F(Delta, IsNotOfferedOfAPlaylistThatHasEnded) {
  playlist_.ended = true;
  EXPECT_EQ(Text(Skip::kSegments), Text(Skip::kNothing));
  EXPECT_EQ(Text(Skip::kNothing).find("SKIP"), std::string::npos);
}

TEST_F(Delta, LeavesOutOldDateRangesWhenAsked) {
  playlist_.date_ranges = {{.range = {.id = "ad-1", .start = kNoon}, .old = true},
                           {.range = {.id = "ad-2", .start = kNoon + seconds(60)}}};
  playlist_.skips_date_ranges = true;
  playlist_.removed_date_ranges = {"a\"b", "ad-0"};
  const std::string old = "#EXT-X-DATERANGE:ID=\"ad-1\",START-DATE=\"2026-01-11T12:00:00.000Z\"\n";
  for (const Skip skip : {Skip::kNothing, Skip::kSegments}) {
    EXPECT_NE(Text(skip).find(old), std::string::npos);
    EXPECT_NE(Text(skip).find(",CAN-SKIP-DATERANGES=YES,"), std::string::npos);
    EXPECT_EQ(Text(skip).find("RECENTLY"), std::string::npos);
  }
  const std::string delta = Text(Skip::kDateRanges);
  EXPECT_TRUE(delta.starts_with("#EXTM3U\n#EXT-X-VERSION:10\n"));
  EXPECT_EQ(delta.find(old), std::string::npos);
  EXPECT_NE(delta.find("ID=\"ad-2\""), std::string::npos);
  EXPECT_NE(delta.find("#EXT-X-SKIP:SKIPPED-SEGMENTS=1,RECENTLY-REMOVED-DATERANGES=\"ab\tad-0\"\n"),
            std::string::npos);
  playlist_.removed_date_ranges.clear();
  EXPECT_NE(Text(Skip::kDateRanges).find(",RECENTLY-REMOVED-DATERANGES=\"\"\n"), std::string::npos);
}

TEST(DateRange, HasItsAttributesInOrder) {
  const DateRange range{.id = "splice-1",
                        .range_class = "com.example.ad",
                        .start = kNoon,
                        .end = kNoon + seconds(15),
                        .duration = seconds(15),
                        .planned_duration = milliseconds(15'500),
                        .attributes = {{.name = "X-COM-EXAMPLE-ID", .value = "7\n"},
                                       {.name = "SCTE35-OUT", .value = "0xFC30", .quoted = false},
                                       {.name = "x=\"", .value = "1,Y\"", .quoted = false}},
                        .end_on_next = true};
  EXPECT_EQ(Render(range),
            "#EXT-X-DATERANGE:ID=\"splice-1\",CLASS=\"com.example.ad\","
            "START-DATE=\"2026-01-11T12:00:00.000Z\",END-DATE=\"2026-01-11T12:00:15.000Z\","
            "DURATION=15.000000,PLANNED-DURATION=15.500000,X-COM-EXAMPLE-ID=\"7\","
            "SCTE35-OUT=0xFC30,=1,END-ON-NEXT=YES\n");
}

TEST(MediaPlaylist, CannotBeBrokenOutOfByAName) {
  Segment segment = Whole(1);
  segment.map_uri = "a\"\n#EXT-X-ENDLIST\r";
  const MediaPlaylist playlist{.segments = {&segment},
                               .preload_hint = {},
                               .reports = {},
                               .date_ranges = {},
                               .removed_date_ranges = {}};
  EXPECT_NE(RenderWhole(playlist).find("URI=\"a#EXT-X-ENDLIST\"\n"), std::string::npos);
}

TEST(MediaPlaylist, PrintsADateWhateverTheClockSays) {
  Segment segment = Whole(1);
  segment.program_date_time = UtcTime::max();
  const MediaPlaylist playlist{.segments = {&segment},
                               .preload_hint = {},
                               .reports = {},
                               .date_ranges = {},
                               .removed_date_ranges = {}};
  EXPECT_NE(RenderWhole(playlist).find("9999-12-31T23:59:59"), std::string::npos);
  segment.program_date_time = UtcTime::min();
  EXPECT_NE(RenderWhole(playlist).find("1970-01-01T00:00:00.000Z"), std::string::npos);
}

TEST(MediaPlaylist, SaysWhereBreaksBeginAndEnd) {
  Segment out = Whole(12);
  out.cue = Cue{.out = true, .duration = milliseconds(60'500)};
  Segment in = Whole(13);
  in.cue = Cue{};
  EXPECT_EQ(SegmentLines(out, nullptr),
            "#EXT-X-MAP:URI=\"init.m4s\"\n"
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-11T12:00:00.000Z\n"
            "#EXT-X-CUE-OUT:DURATION=60.500\n"
            "#EXTINF:6.000000,\n"
            "seg_12\n");
  EXPECT_EQ(SegmentLines(in, &out),
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-11T12:00:06.000Z\n"
            "#EXT-X-CUE-IN\n"
            "#EXTINF:6.000000,\n"
            "seg_13\n");
}

TEST(MediaPlaylist, ListsADateRangeOfManySegmentsOnce) {
  Segment first = Whole(12);
  first.date_ranges = {{.id = "1", .start = kNoon, .planned_duration = seconds(30)}};
  Segment second = Whole(13);
  second.date_ranges = {
      first.date_ranges[0],
      {.id = "1", .start = kNoon, .attributes = {{.name = "SCTE35-IN", .value = "0xFC"}}}};
  std::vector<ListedDateRange> ranges;
  AddDateRanges(first, ranges);
  AddDateRanges(second, ranges);
  ASSERT_EQ(ranges.size(), 2U);
  EXPECT_TRUE(ranges[1].range.attributes.size() == 1);
  Segment third = Whole(14);
  third.date_ranges = {{.id = "1", .start = kNoon + seconds(60)}};
  AddDateRanges(third, ranges);
  ASSERT_EQ(ranges.size(), 1U) << "the id means another one now";
}

}  // namespace
}  // namespace weir::m3u8

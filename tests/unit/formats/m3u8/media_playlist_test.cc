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
                               .media_sequence = 12,
                               .segments = {&whole},
                               .open = &open,
                               .preload_hint = "p13_1",
                               .reports = {{.uri = "audio", .last_number = 13, .last_part = 0}}};
  EXPECT_EQ(RenderLowLatency(playlist),
            "#EXTM3U\n"
            "#EXT-X-VERSION:6\n"
            "#EXT-X-TARGETDURATION:6\n"
            "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.501500\n"
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
                               .reports = {{.uri = "audio"}}};
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
                               .segments = {&first, &lost, &second},
                               .preload_hint = {},
                               .reports = {},
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
  MediaPlaylist playlist{.target_duration = seconds(6), .preload_hint = {}, .reports = {}};
  for (const Segment& segment : segments)
    playlist.segments.push_back(&segment);
  // At the edge exactly: 18 s are segments 5 to 7.
  std::string text = RenderLowLatency(playlist);
  EXPECT_EQ(text.find("part_4"), std::string::npos);
  EXPECT_NE(text.find("part_5"), std::string::npos);
  // With a little more, the end of segment 5 is still within.
  const Segment open{.map_uri = "init.m4s",
                     .program_date_time = kNoon,
                     .parts = {{.duration = milliseconds(500), .uri = "open"}},
                     .uri = {}};
  playlist.open = &open;
  text = RenderLowLatency(playlist);
  EXPECT_EQ(text.find("part_4"), std::string::npos);
  EXPECT_NE(text.find("part_5"), std::string::npos);
}

TEST(MediaPlaylist, CannotBeBrokenOutOfByAName) {
  Segment segment = Whole(1);
  segment.map_uri = "a\"\n#EXT-X-ENDLIST\r";
  const MediaPlaylist playlist{.segments = {&segment}, .preload_hint = {}, .reports = {}};
  EXPECT_NE(RenderWhole(playlist).find("URI=\"a#EXT-X-ENDLIST\"\n"), std::string::npos);
}

TEST(MediaPlaylist, PrintsADateWhateverTheClockSays) {
  Segment segment = Whole(1);
  segment.program_date_time = UtcTime::max();
  const MediaPlaylist playlist{.segments = {&segment}, .preload_hint = {}, .reports = {}};
  EXPECT_NE(RenderWhole(playlist).find("9999-12-31T23:59:59"), std::string::npos);
  segment.program_date_time = UtcTime::min();
  EXPECT_NE(RenderWhole(playlist).find("1970-01-01T00:00:00.000Z"), std::string::npos);
}

}  // namespace
}  // namespace weir::m3u8

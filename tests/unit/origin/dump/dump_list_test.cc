#include "origin/dump/dump_list.h"

#include <gmock/gmock.h>

namespace weir::dump {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

m3u8::Segment Segment(const std::string& uri, const std::string& map = "init",
                      int64_t discontinuity_sequence = 7) {
  return {.map_uri = map,
          .discontinuity_sequence = discontinuity_sequence,
          .duration = milliseconds(2'000),
          .uri = uri};
}

TEST(DumpList, BeginsWithItsFirstSegmentAndKeepsAll) {
  DumpList list;
  for (int64_t number = 41; number < 44; ++number)
    list.Add(number, Segment("seg" + std::to_string(number)), seconds(3));
  EXPECT_EQ(list.Text(false),
            "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:3\n#EXT-X-MEDIA-SEQUENCE:41\n"
            "#EXT-X-DISCONTINUITY-SEQUENCE:7\n#EXT-X-MAP:URI=\"init\"\n#EXTINF:2.000000,\nseg41\n"
            "#EXTINF:2.000000,\nseg42\n#EXTINF:2.000000,\nseg43\n");
  EXPECT_EQ(list.Text(true), list.Text(false) + "#EXT-X-ENDLIST\n");
}

TEST(DumpList, TheTargetHoldsForAllItLists) {
  DumpList list;
  m3u8::Segment longer = Segment("a");
  longer.duration = milliseconds(4'500);
  list.Add(1, longer, seconds(3));
  list.Add(2, Segment("b"), seconds(2));
  EXPECT_THAT(list.Text(false), HasSubstr("#EXT-X-TARGETDURATION:5\n"));
}

TEST(DumpList, ANewRunStandsBehindOneDiscontinuity) {
  DumpList list;
  list.Add(1, Segment("a", "init1", 7), seconds(2));
  list.Add(2, Segment("b", "init2", 1'000'000'000), seconds(2));
  list.Add(3, Segment("c", "init2", 1'000'000'000), seconds(2));
  EXPECT_THAT(list.Text(false), HasSubstr("\na\n#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI=\"init2\"\n"
                                          "#EXTINF:2.000000,\nb\n#EXTINF:2.000000,\nc\n"));
}

TEST(DumpList, NumbersLeftOutAreADiscontinuity) {
  DumpList list;
  list.Add(1, Segment("a"), seconds(2));
  list.Add(100, Segment("b"), seconds(2));
  EXPECT_THAT(list.Text(false), HasSubstr("\na\n#EXT-X-DISCONTINUITY\n#EXTINF:2.000000,\nb\n"));
}

TEST(DumpList, AGapIsListed) {
  DumpList list;
  list.Add(1, Segment("a"), seconds(2));
  m3u8::Segment gap = Segment("b");
  gap.gap = true;
  list.Add(2, gap, seconds(2));
  EXPECT_THAT(list.Text(false), HasSubstr("\na\n#EXT-X-GAP\n#EXTINF:2.000000,\nb\n"));
  EXPECT_THAT(list.Text(false), Not(HasSubstr("#EXT-X-DISCONTINUITY\n")));
}

TEST(DumpList, DateRangesStay) {
  DumpList list;
  m3u8::Segment first = Segment("a");
  first.date_ranges.push_back({.id = "x", .start = UtcTime(seconds(1'700'000'000))});
  list.Add(1, first, seconds(2));
  list.Add(2, Segment("b"), seconds(2));
  EXPECT_THAT(list.Text(true), HasSubstr("#EXT-X-DATERANGE:ID=\"x\""));
}

}  // namespace
}  // namespace weir::dump

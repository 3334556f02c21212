#include "protocols/hls/query.h"

#include <gtest/gtest.h>

namespace weir::hls {
namespace {

TEST(Directives, AreReadFromAnywhereInTheQuery) {
  const auto read =
      ReadDirectives("token=x&_HLS_part=3&_HLS_msn=170&_HLS_skip=YES&_HLS_legacy=YES");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read,
            (Directives{.msn = 170, .part = 3, .skip = m3u8::Skip::kSegments, .legacy = true}));
  EXPECT_EQ(*ReadDirectives(""), Directives{});
  EXPECT_EQ(ReadDirectives("_HLS_skip=v2")->skip, m3u8::Skip::kDateRanges);
}

TEST(Directives, TakeFromTheDefaultsWhatTheyLeaveOut) {
  const std::string_view defaults = "_HLS_legacy=YES&_HLS_msn=7&_HLS_skip=YES";
  EXPECT_EQ(*ReadDirectives("_HLS_msn=1", defaults), (Directives{.msn = 1, .legacy = true}));
  EXPECT_EQ(*ReadDirectives("_HLS_legacy=NO", defaults), Directives{});
  EXPECT_TRUE(ReadDirectives("", "_HLS_rewind=YES")->rewind);
  EXPECT_FALSE(ReadDirectives("_HLS_rewind=NO", "_HLS_rewind=YES")->rewind);
  EXPECT_TRUE(ReadDirectives("_HLS_rewind=YES")->rewind);
}

TEST(Directives, IgnoreWhatTheyDoNotKnow) {
  EXPECT_EQ(*ReadDirectives("_HLS_rewind=NO&_HLS_legacy=maybe&_HLS_skip=1&x"), Directives{});
}

TEST(Directives, ThatMakeNoSenseAreRefused) {
  for (const char* query : {"_HLS_msn=", "_HLS_msn=-1", "_HLS_msn=+1", "_HLS_msn=1x",
                            "_HLS_msn=0x1", "_HLS_msn=1.5", "_HLS_msn=9999999999999999999",
                            "_HLS_part=1", "_HLS_msn=1&_HLS_part=", "_HLS_msn=1&_HLS_part=-1",
                            "_HLS_msn=1&_HLS_part=9999999999", "_HLS_msn=%00"}) {
    const auto read = ReadDirectives(query);
    ASSERT_FALSE(read) << query;
    EXPECT_EQ(read.error().code, ErrorCode::kMalformed);
  }
  EXPECT_EQ(ReadDirectives("_HLS_msn=999999999999999999&_HLS_part=999999999")->part, 999'999'999);
}

}  // namespace
}  // namespace weir::hls

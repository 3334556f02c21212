#include "protocols/hls/cut_options.h"

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::hls {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Result<CutOptions> Read(const std::string& inside) {
  const auto document =
      config::Document::Parse("<LLHLS>" + inside + "</LLHLS>", "test.xml", config::Environment{});
  if (!document) return tl::unexpected(document.error());
  return ReadCutOptions((*document)->root());
}

TEST(CutOptions, HaveOvenMediaEnginesDefaults) {
  const auto options = Read("");
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_EQ(options->segment_count, 10);
  EXPECT_EQ(options->segment_duration, 6s);
  EXPECT_EQ(options->chunk_duration, 500ms);
  EXPECT_EQ(options->part_hold_back, 0ms);
  EXPECT_TRUE(options->preload_hint);
}

TEST(CutOptions, TakeOvenMediaEnginesElements) {
  const auto options = Read(
      "<ChunkDuration>0.2</ChunkDuration><SegmentDuration>4.5</SegmentDuration>"
      "<SegmentCount>6</SegmentCount><PartHoldBack>1.25</PartHoldBack>"
      "<EnablePreloadHint>false</EnablePreloadHint>");
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_EQ(options->chunk_duration, 200ms);
  EXPECT_EQ(options->segment_duration, 4500ms);
  EXPECT_EQ(options->segment_count, 6);
  EXPECT_EQ(options->part_hold_back, 1250ms);
  EXPECT_FALSE(options->preload_hint);
}

TEST(CutOptions, OutsideOfTheirLimitsNameTheLine) {
  for (const char* wrong :
       {"<SegmentCount>2</SegmentCount>", "<SegmentCount>1001</SegmentCount>",
        "<SegmentDuration>0.4</SegmentDuration>", "<SegmentDuration>61</SegmentDuration>",
        "<ChunkDuration>0.05</ChunkDuration>", "<ChunkDuration>11</ChunkDuration>",
        "<PartHoldBack>-1</PartHoldBack>", "<PartHoldBack>60.5</PartHoldBack>",
        "<EnablePreloadHint>maybe</EnablePreloadHint>",
        "<SegmentDuration>1</SegmentDuration><ChunkDuration>1.5</ChunkDuration>"}) {
    const auto options = Read(wrong);
    ASSERT_FALSE(options) << wrong;
    EXPECT_THAT(options.error().detail, HasSubstr("test.xml:1"));
  }
}

}  // namespace
}  // namespace weir::hls

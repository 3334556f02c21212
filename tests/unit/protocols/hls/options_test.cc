#include "protocols/hls/options.h"

#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::hls {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Result<Options> Read(const std::string& inside) {
  const auto document =
      config::Document::Parse("<LLHLS>" + inside + "</LLHLS>", "test.xml", config::Environment{});
  if (!document) return tl::unexpected(document.error());
  return ReadOptions((*document)->root());
}

TEST(Options, HaveDefaults) {
  const auto options = Read("");
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_THAT(options->cross_domains, ElementsAre("*"));
  EXPECT_EQ(options->cache.multivariant, CacheAges::kDefaultAge);
}

TEST(Options, TakeOvenMediaEnginesElements) {
  const auto options = Read(
      "<CrossDomains><Url>https://a.example</Url><Url>*.b.example</Url></CrossDomains>"
      "<CacheControl><MasterPlaylistMaxAge>0</MasterPlaylistMaxAge>"
      "<ChunklistMaxAge>1</ChunklistMaxAge>"
      "<ChunklistWithDirectivesMaxAge>60</ChunklistWithDirectivesMaxAge>"
      "<SegmentMaxAge>-1</SegmentMaxAge><PartialSegmentMaxAge>9</PartialSegmentMaxAge>"
      "</CacheControl>");
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_THAT(options->cross_domains, ElementsAre("https://a.example", "*.b.example"));
  EXPECT_EQ(options->cache.multivariant, 0);
  EXPECT_EQ(options->cache.chunklist, 1);
  EXPECT_EQ(options->cache.chunklist_with_directives, 60);
  EXPECT_EQ(options->cache.segment, -1);
  EXPECT_EQ(options->cache.part, 9);
}

TEST(Options, TakeADefaultQuery) {
  const auto options = Read(
      "<DefaultQueryString><Query><Key>_HLS_legacy</Key><Value>YES</Value></Query>"
      "<Query><Key>a</Key><Value>b</Value></Query></DefaultQueryString>");
  ASSERT_TRUE(options) << options.error().detail;
  EXPECT_EQ(options->default_query, "_HLS_legacy=YES&a=b&");
}

TEST(Options, FallBackToTheCrossDomainsOfTheirSurroundings) {
  const auto document = config::Document::Parse(
      "<Server><CrossDomains><Url>https://a.example</Url></CrossDomains>"
      "<LLHLS/><Own><CrossDomains/></Own></Server>",
      "test.xml", config::Environment{});
  ASSERT_TRUE(document);
  const config::Node& root = (*document)->root();
  const config::Node* const around = root.Child("CrossDomains");
  EXPECT_THAT(ReadOptions(*root.Child("LLHLS"), around)->cross_domains,
              ElementsAre("https://a.example"));
  EXPECT_THAT(ReadOptions(*root.Child("Own"), around)->cross_domains, ElementsAre());
}

TEST(Options, OutsideOfTheirLimitsNameTheLine) {
  for (const char* wrong : {"<CacheControl><ChunklistMaxAge>x</ChunklistMaxAge></CacheControl>",
                            "<CacheControl><SegmentMaxAge>-2</SegmentMaxAge></CacheControl>"}) {
    const auto options = Read(wrong);
    ASSERT_FALSE(options) << wrong;
    EXPECT_THAT(options.error().detail, HasSubstr("test.xml:1"));
  }
}

}  // namespace
}  // namespace weir::hls

#include "origin/apps/hosts_reader.h"

#include <memory>
#include <string>

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::origin {
namespace {

using ::testing::HasSubstr;

struct HostsReaderTest : ::testing::Test {
  Result<service::HostsInForce> Read(const std::string& applications) {
    document = *config::Document::Parse(
        "<Server version=\"8\"><VirtualHosts><VirtualHost><Name>default</Name><Applications>" +
            applications + "</Applications></VirtualHost></VirtualHosts></Server>",
        "test.xml", config::Environment{});
    return ReadHosts(document->root());
  }

  std::unique_ptr<config::Document> document;
};

TEST_F(HostsReaderTest, ReadsHowEachApplicationIsCut) {
  const auto read = Read(
      "<Application><Name>app</Name><Publishers><LLHLS><SegmentDuration>2</SegmentDuration>"
      "<ChunkDuration>0.25</ChunkDuration><SegmentCount>5</SegmentCount></LLHLS></Publishers>"
      "</Application><Application><Name>plain</Name></Application>");
  ASSERT_TRUE(read) << read.error().detail;
  const stream::IngestOptions& app = read->ingest.at({"default", "app"});
  EXPECT_EQ(app.segment_duration, std::chrono::seconds(2));
  EXPECT_EQ(app.part_duration, std::chrono::milliseconds(250));
  EXPECT_EQ(app.segment_count, 5);
  EXPECT_EQ(read->ingest.at({"default", "plain"}).segment_duration, std::chrono::seconds(6));
}

TEST_F(HostsReaderTest, ReadsThePlaylists) {
  const auto read = Read(
      "<Application><Name>app</Name><OutputProfiles><OutputProfile><Name>p</Name>"
      "<OutputStreamName>${OriginStreamName}</OutputStreamName><Encodes><Video><Name>v</Name>"
      "<Bypass>true</Bypass></Video></Encodes><Playlist><Name>n</Name><FileName>f</FileName>"
      "<Rendition><Name>r</Name><Video>v</Video></Rendition></Playlist></OutputProfile>"
      "</OutputProfiles></Application>");
  ASSERT_TRUE(read) << read.error().detail;
  ASSERT_EQ(read->ingest.at({"default", "app"}).playlists.size(), 1u);
  EXPECT_EQ(read->ingest.at({"default", "app"}).playlists[0].file_name, "f");
}

TEST_F(HostsReaderTest, SaysWhereAValueIsWrong) {
  const auto read = Read(
      "<Application><Name>app</Name><Publishers><LLHLS><SegmentCount>x</SegmentCount></LLHLS>"
      "</Publishers></Application>");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().detail, HasSubstr("LLHLS/SegmentCount: 'x' is not a whole number"));
}

}  // namespace
}  // namespace weir::origin

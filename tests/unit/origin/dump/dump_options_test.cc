#include "origin/dump/dump_options.h"

#include <gmock/gmock.h>

#include "config/document.h"

namespace weir::dump {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class DumpOptionsTest : public ::testing::Test {
 protected:
  Result<std::optional<std::vector<ConfiguredDump>>> Read(const std::string& publishers) {
    auto document = config::Document::Parse(
        "<Server><VirtualHosts><VirtualHost><Name>v</Name><Host><Names><Name>*</Name></Names>"
        "</Host><Applications><Application><Name>a</Name><Type>live</Type><Publishers>" +
            publishers +
            "</Publishers></Application></Applications></VirtualHost></VirtualHosts>"
            "<Weir><Dumps><RootPath>kept</RootPath></Dumps></Weir></Server>",
        "/etc/weir/a.xml", {.variable = {}, .home = {}});
    EXPECT_TRUE(document);
    document_ = *std::move(document);
    hosts_ = *service::VirtualHosts::Read(document_->root());
    return FindDumpOptions(hosts_, "v", "a");
  }

  std::unique_ptr<config::Document> document_;
  service::VirtualHosts hosts_;
};

TEST_F(DumpOptionsTest, AreThoseThatAreEnabled) {
  const auto dumps = Read(
      "<LLHLS><Dumps>"
      "<Dump><Enable>true</Enable><Id>x</Id><TargetStreamName>cam*</TargetStreamName>"
      "<OutputPath>/${StreamName}</OutputPath><Playlists><Playlist>a.m3u8</Playlist>"
      "<Playlist>b.m3u8</Playlist></Playlists></Dump>"
      "<Dump><Enable>false</Enable><TargetStreamName>*</TargetStreamName>"
      "<OutputPath>b</OutputPath></Dump></Dumps></LLHLS>");
  ASSERT_TRUE(dumps && *dumps) << dumps.error().detail;
  ASSERT_EQ((*dumps)->size(), 1U);
  const ConfiguredDump& dump = (**dumps)[0];
  EXPECT_EQ(dump.stream_name, "cam*");
  EXPECT_EQ(dump.spec.id, "x");
  EXPECT_EQ(dump.spec.output_path, "/${StreamName}");
  EXPECT_THAT(dump.spec.playlists, ElementsAre("a.m3u8", "b.m3u8"));
  EXPECT_EQ(ReadDumpRoot(document_->root(), "usual"), "/etc/weir/kept");
}

TEST_F(DumpOptionsTest, AreNoneWithoutThePublisher) {
  const auto none = Read("<OVT/>");
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
  const auto empty = Read("<LLHLS/>");
  ASSERT_TRUE(empty && *empty);
  EXPECT_TRUE((*empty)->empty());
  EXPECT_FALSE(FindDumpOptions(hosts_, "v", "x"));
}

TEST_F(DumpOptionsTest, RefuseWhatCouldNeverBe) {
  const auto refusal = [this](const std::string& inside) {
    const auto read = Read("<LLHLS><Dumps><Dump>" + inside + "</Dump></Dumps></LLHLS>");
    return read ? "taken" : read.error().detail;
  };
  EXPECT_THAT(refusal("<Enable>true</Enable><TargetStreamName>*</TargetStreamName>"
                      "<OutputPath>../a</OutputPath>"),
              HasSubstr("Invalid [outputPath] parameter"));
  EXPECT_THAT(refusal("<Enable>true</Enable><OutputPath>a</OutputPath>"),
              HasSubstr("it needs a TargetStreamName"));
  EXPECT_THAT(refusal("<Enable>yes</Enable><TargetStreamName>*</TargetStreamName>"
                      "<OutputPath>a</OutputPath>"),
              HasSubstr("Enable"));
}

}  // namespace
}  // namespace weir::dump

#include "service/output_profiles.h"

#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/document.h"

namespace weir::service {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kEncodes = R"(
  <Encodes>
    <Video><Name>source</Name><Bypass>true</Bypass></Video>
    <Video><Name>small</Name><Codec>h264</Codec><Bitrate>1M</Bitrate></Video>
    <Audio><Bypass>true</Bypass></Audio>
  </Encodes>)";

class OutputProfilesTest : public ::testing::Test {
 protected:
  Result<std::vector<media::PlaylistPlan>> Read(const std::string& profiles) {
    auto document = config::Document::Parse("<Application><Name>app</Name><OutputProfiles>" +
                                                profiles + "</OutputProfiles></Application>",
                                            "conf/a.xml", {.variable = {}, .home = {}});
    EXPECT_TRUE(document) << document.error().detail;
    document_ = *std::move(document);
    return ReadPlaylists({.name = "app", .node = &document_->root()});
  }

  static std::string Profile(const std::string& playlists,
                             const std::string& name = "${OriginStreamName}") {
    return "<OutputProfile><Name>p</Name><OutputStreamName>" + name + "</OutputStreamName>" +
           std::string(kEncodes) + playlists + "</OutputProfile>";
  }

  static std::string Playlist(const std::string& file, const std::string& inside = "") {
    return "<Playlist><Name>n</Name><FileName>" + file + "</FileName>" + inside + "</Playlist>";
  }

  std::unique_ptr<config::Document> document_;
};

TEST_F(OutputProfilesTest, GiveThePlaylistsOfWhatIsPassedOn) {
  const auto plans = Read(Profile(Playlist(
      "abr",
      "<Options><HLSChunklistPathDepth>-1</HLSChunklistPathDepth>"
      "<EnableTsPackaging>true</EnableTsPackaging></Options>"
      "<Rendition><Name>full</Name><Video>source</Video><Audio>audio_0</Audio></Rendition>"
      "<Rendition><Name>second</Name><Video>source</Video><VideoIndexHint>1</VideoIndexHint>"
      "</Rendition>"
      "<Rendition><Name>sound</Name><Audio>audio_0</Audio></Rendition>")));
  ASSERT_TRUE(plans) << plans.error().detail;
  ASSERT_EQ(plans->size(), 1U);
  const media::PlaylistPlan& plan = plans->front();
  EXPECT_EQ(plan.name, "n");
  EXPECT_EQ(plan.file_name, "abr");
  EXPECT_EQ(plan.path_depth, -1);
  EXPECT_TRUE(plan.ts_packaging);
  ASSERT_EQ(plan.renditions.size(), 3U);
  EXPECT_TRUE(plan.renditions[0].video.wanted && plan.renditions[0].audio.wanted);
  EXPECT_FALSE(plan.renditions[0].video.index);
  EXPECT_EQ(plan.renditions[1].video.index, 1U);
  EXPECT_FALSE(plan.renditions[1].audio.wanted);
  EXPECT_FALSE(plan.renditions[2].video.wanted);
}

TEST_F(OutputProfilesTest, LeaveOutRenditionsOfEncodesThatDoNotExist) {
  const auto plans = Read(Profile(
      Playlist("abr",
               "<Rendition><Name>a</Name><Video>small</Video><Audio>audio_0</Audio></Rendition>"
               "<Rendition><Name>b</Name><Video>source</Video><Audio>nobody</Audio></Rendition>"
               "<Rendition><Name>c</Name><Video>source</Video></Rendition>")));
  ASSERT_TRUE(plans);
  ASSERT_EQ(plans->at(0).renditions.size(), 1U);
  EXPECT_EQ(plans->at(0).renditions[0].name, "c");
}

TEST_F(OutputProfilesTest, LeaveOutStreamsOfOtherNames) {
  const auto plans = Read(Profile(Playlist("abr"), "${OriginStreamName}_small"));
  ASSERT_TRUE(plans);
  EXPECT_TRUE(plans->empty());
  EXPECT_TRUE(Read("")->empty());
}

TEST_F(OutputProfilesTest, RefuseFileNamesThatCannotBeAskedFor) {
  for (const char* wrong : {"a/b", "a b", "my_playlist", "chunklist_1", ""}) {
    const auto plans = Read(Profile(Playlist(wrong)));
    ASSERT_FALSE(plans) << wrong;
    EXPECT_THAT(plans.error().detail, HasSubstr("conf/a.xml:"));
  }
  EXPECT_THAT(Read(Profile(Playlist("abr") + Playlist("abr"))).error().detail,
              HasSubstr("a second playlist"));
  EXPECT_FALSE(Read(Profile(
      Playlist("abr", "<Options><HLSChunklistPathDepth>3</HLSChunklistPathDepth></Options>"))));
}

}  // namespace
}  // namespace weir::service

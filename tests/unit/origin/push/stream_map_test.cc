#include "origin/push/stream_map.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace weir::push {
namespace {

/// A file with that text, for as long as it lives.
class MapFile {
 public:
  explicit MapFile(const std::string& text)
      : path(std::filesystem::temp_directory_path() /
             ("weir-push-map-" + std::to_string(::getpid()) + ".xml")) {
    std::ofstream(path) << text;
  }

  ~MapFile() { std::filesystem::remove(path); }

  MapFile(const MapFile&) = delete;
  MapFile& operator=(const MapFile&) = delete;

  const std::filesystem::path path;
};

TEST(PushMap, MakesPushesForTheStreamsItNames) {
  const MapFile file(R"(<?xml version="1.0" encoding="UTF-8"?>
<PushInfo>
  <Push><Enable>true</Enable><StreamName>cam*</StreamName><VariantNames>v, a</VariantNames>
    <Protocol>rtmp</Protocol><Url>rtmp://a/${Application}</Url>
    <StreamKey>${Stream}-${SourceStream}</StreamKey></Push>
  <Push><Enable>false</Enable><StreamName>*</StreamName><Protocol>mpegts</Protocol>
    <Url>udp://127.0.0.1:1</Url></Push>
</PushInfo>)");
  const auto entries = ReadStreamMap(file.path);
  ASSERT_TRUE(entries) << entries.error().detail;
  ASSERT_EQ(entries->size(), 1U) << "what is not enabled counts for nothing";
  const MapEntry& entry = entries->front();
  const stream::StreamPath cam{.vhost = "default", .app = "live", .name = "cam1"};
  EXPECT_TRUE(Matches(entry, cam));
  EXPECT_FALSE(Matches(entry, {.vhost = "default", .app = "live", .name = "other"}));
  const Spec spec = SpecFor(entry, cam, "id1", UtcTime(std::chrono::seconds(1)));
  EXPECT_EQ(spec.id, "id1");
  EXPECT_EQ(spec.stream, cam);
  EXPECT_EQ(spec.url, "rtmp://a/live");
  EXPECT_EQ(spec.stream_key, "cam1-cam1");
  EXPECT_EQ(spec.tracks.names, (std::vector<std::string>{"v", "a"}));
  EXPECT_TRUE(spec.from_config);
}

TEST(PushMap, SaysWhatIsWrong) {
  const auto refusal = [](const std::string& text) {
    const MapFile file(text);
    const auto entries = ReadStreamMap(file.path);
    return entries ? std::string("taken") : entries.error().detail;
  };
  EXPECT_NE(refusal("<PushInfo><Push><Enable>true</Enable></Push></PushInfo>").find("StreamName"),
            std::string::npos);
  EXPECT_NE(refusal("<Other/>").find("PushInfo"), std::string::npos);
  EXPECT_NE(refusal("<PushInfo><Push><Enable>maybe</Enable></Push></PushInfo>").find("maybe"),
            std::string::npos);
  EXPECT_NE(refusal("<PushInfo>"), "taken");
  EXPECT_FALSE(ReadStreamMap("/nonexistent/map.xml"));
}

}  // namespace
}  // namespace weir::push

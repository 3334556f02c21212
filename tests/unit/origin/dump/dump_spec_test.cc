#include "origin/dump/dump_spec.h"

#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

namespace weir::dump {
namespace {

using nlohmann::json;

// 2023-11-14 22:13:20.250 in UTC.
constexpr UtcTime kNow{std::chrono::milliseconds(1'700'000'000'250)};

const stream::StreamPath kStream{.vhost = "default", .app = "app", .name = "../cam"};

std::string Refusal(const char* body) {
  const auto read = ReadRequest(json::parse(body));
  return read ? "taken" : read.error().detail;
}

std::string FolderOf(const std::string& path) {
  const auto place = PlaceOf({.id = "1", .output_path = path}, "/srv/dumps", kStream, kNow);
  return place ? place->folder : place.error().detail;
}

TEST(DumpRequest, IsReadAndShown) {
  const auto spec = ReadRequest(json::parse(
      R"({"outputStreamName":"cam","id":"1","outputPath":"/a/","playlist":["m.m3u8","m.m3u8"],
          "infoFile":"/i.xml","userData":"u"})"));
  ASSERT_TRUE(spec) << spec.error().detail;
  EXPECT_EQ(Show(*spec, "cam", true), json::parse(
                                          R"({"id":"1","outputStreamName":"cam","outputPath":"/a/",
                                       "infoFile":"/i.xml","userData":"u","enabled":true,
                                       "playlist":["m.m3u8"]})"));
  EXPECT_EQ(Show({.id = "1", .output_path = "a"}, "cam", false),
            json::parse(R"({"id":"1","outputStreamName":"cam","outputPath":"a","enabled":false})"));
}

TEST(DumpRequest, SaysWhatIsWrong) {
  constexpr const char* kRequired = "id, outputStreamName and outputPath are required";
  EXPECT_EQ(Refusal("{}"), kRequired);
  EXPECT_EQ(Refusal("[]"), kRequired);
  EXPECT_EQ(Refusal(R"({"id":"1","outputStreamName":"s"})"), kRequired);
  EXPECT_EQ(Refusal(R"({"id":"","outputStreamName":"s","outputPath":"a"})"), kRequired);
  EXPECT_EQ(Refusal(R"({"id":7,"outputStreamName":"s","outputPath":"a"})"),
            "Invalid [id] parameter");
  for (const char* path : {"../a", "a/../../b", "/", "a//b"}) {
    EXPECT_EQ(
        Refusal(
            json({{"id", "1"}, {"outputStreamName", "s"}, {"outputPath", path}}).dump().c_str()),
        "Invalid [outputPath] parameter")
        << path;
  }
  EXPECT_EQ(Refusal(R"({"id":"1","outputStreamName":"s","outputPath":"a","infoFile":"../i"})"),
            "Invalid [infoFile] parameter");
  for (const char* names : {R"("a.m3u8")", R"([1])", R"(["../a.m3u8"])", R"(["a/b.m3u8"])"}) {
    EXPECT_EQ(Refusal((R"({"id":"1","outputStreamName":"s","outputPath":"a","playlist":)" +
                       std::string(names) + "}")
                          .c_str()),
              "Invalid [playlist] parameter")
        << names;
  }
}

TEST(DumpPlace, HasMacrosAndStaysBelowTheRoot) {
  ::setenv("TZ", "KST-9", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  ::tzset();
  EXPECT_EQ(FolderOf("/${VHostName}/${AppName}/${StreamName}/${YYYY}${MM}${DD}/${hh}-${mm}-${ss}/"),
            "default/app/.._cam/20231115/07-13-20");
  EXPECT_EQ(FolderOf("${S}_${z}_${ISO8601}"), "KST_+0900_2023-11-15T07:13:20.250+09:00");
  EXPECT_EQ(FolderOf("/srv/dumps/a/${Other}"), "a/${Other}");
  EXPECT_EQ(FolderOf("a/${StreamName"), "a/${StreamName");
  const stream::StreamPath dots{.vhost = "v", .app = "a", .name = ".."};
  EXPECT_FALSE(PlaceOf({.id = "1", .output_path = "x/${StreamName}"}, "/srv", dots, kNow));
  const auto place = PlaceOf({.id = "1", .output_path = "a", .info_file = "/srv/dumps/${hh}.xml"},
                             "/srv/dumps", kStream, kNow);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->info_file, "07.xml");
}

}  // namespace
}  // namespace weir::dump

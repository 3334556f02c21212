#include "origin/record/record_request.h"

#include <gmock/gmock.h>

namespace weir::record {
namespace {

using nlohmann::json;

const RecordOptions kOptions{.root = "/rec",
                             .file_path = "${Stream}.ts",
                             .info_path = "${Stream}.xml",
                             .stream_map = {},
                             .names = {.video = {"v"}, .audio = {"a"}}};

Result<RecordTask> Read(const char* body) {
  return ReadRequest(json::parse(body), kOptions, "transaction", UtcTime(std::chrono::seconds(7)));
}

std::string Refusal(const char* body) {
  const auto read = Read(body);
  return read ? "taken" : read.error().detail;
}

TEST(RecordRequest, TakesTheApplicationsPathsWhereItNamesNone) {
  const auto task = Read(R"({"id":"1","stream":{"name":"s","variantNames":["a","x"]}})");
  ASSERT_TRUE(task) << task.error().detail;
  EXPECT_EQ(task->spec.file_path, "${Stream}.ts");
  EXPECT_EQ(task->asked_file_path, "");
  EXPECT_TRUE(task->spec.variant_audio);
  EXPECT_FALSE(task->spec.variant_video);
  EXPECT_FALSE(task->spec.continuous);
}

TEST(RecordRequest, KeptAndReadAgainItIsTheSame) {
  const auto task = Read(
      R"({"id":"1","stream":{"name":"s","trackIds":[1]},"filePath":"/a/b.mp4","infoPath":"c.xml",
          "schedule":"0 */1 *","segmentationRule":"continuity","metadata":"m"})");
  ASSERT_TRUE(task) << task.error().detail;
  const auto again = ReadTask(ToJson(*task));
  ASSERT_TRUE(again);
  EXPECT_EQ(ToJson(*again), ToJson(*task));
  EXPECT_EQ(Show({.vhost = "v", .app = "a", .id = "1"}, *again, {}),
            Show({.vhost = "v", .app = "a", .id = "1"}, *task, {}));
  EXPECT_FALSE(ReadTask(json::object()));
  EXPECT_FALSE(ReadTask(json::parse(R"({"record":{"id":"1"}})")));
}

TEST(RecordRequest, SaysWhatIsWrong) {
  EXPECT_EQ(Refusal("{}"), "There is no required parameter [ id stream.name]");
  EXPECT_EQ(Refusal("[]"), "There is no required parameter [ id stream.name]");
  EXPECT_EQ(Refusal(R"({"id":"1","stream":"s"})"), "There is no required parameter [ stream.name]");
  EXPECT_EQ(Refusal(R"({"id":"1","stream":{"name":"s"},"interval":1,"schedule":"* * *"})"),
            "[Interval] and [Schedule] cannot be used at the same time");
  EXPECT_EQ(Refusal(R"({"id":"1","stream":{"name":"s"},"interval":-1})"),
            "Invalid [interval] parameter");
  EXPECT_EQ(Refusal(R"({"id":"1","stream":{"name":"s"},"schedule":"x"})"),
            "Invalid [schedule] parameter");
  EXPECT_EQ(Refusal(R"({"id":"1","stream":{"name":"s","trackIds":["x"]}})"),
            "Invalid [stream.trackIds] parameter");
  EXPECT_EQ(Refusal(R"({"id":"1","stream":{"name":"s"},"filePath":"a/../../b.mp4"})"),
            "Invalid [filePath] parameter");
  EXPECT_EQ(Refusal(R"({"id":"1","stream":{"name":"s"},"filePath":"a.mkv"})"),
            "Invalid [filePath] parameter");
  EXPECT_EQ(Refusal(R"({"id":"1","stream":{"name":"s"},"infoPath":"../a.xml"})"),
            "Invalid [infoPath] parameter");
  EXPECT_EQ(Refusal(R"({"id":"1","stream":{"name":"s"},"metadata":{"a":1}})"), "taken");
}

}  // namespace
}  // namespace weir::record

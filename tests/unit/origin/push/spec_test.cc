#include "origin/push/spec.h"

#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace weir::push {
namespace {

using nlohmann::json;

const UtcTime kCreated{std::chrono::microseconds(1'678'888'954'371'000)};

json Body() {
  return json::parse(R"({"id":"one","stream":{"name":"cam","variantNames":["v","a"]},
      "protocol":"rtmp","url":"rtmp://a.example/live","streamKey":"key"})");
}

std::string Refusal(const json& body) {
  const auto spec = ReadSpec(body, "default", "app", kCreated);
  return spec ? "taken" : spec.error().detail;
}

TEST(PushSpec, ReadsWhatTheCallSays) {
  const auto spec = ReadSpec(Body(), "default", "app", kCreated);
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->id, "one");
  EXPECT_EQ(spec->stream.text(), "default/app/cam");
  EXPECT_EQ(spec->tracks.names, (std::vector<std::string>{"v", "a"}));
  EXPECT_EQ(spec->key().text(), "default/app/one");
  EXPECT_FALSE(spec->from_config);
}

TEST(PushSpec, NamesWhatIsMissing) {
  EXPECT_EQ(Refusal(json::object()),
            "There is no required parameter [ id stream.name url protocol]");
  json body = Body();
  body.erase("url");
  EXPECT_EQ(Refusal(body), "There is no required parameter [ url]");
  body = Body();
  body["stream"] = json::object();
  EXPECT_EQ(Refusal(body), "There is no required parameter [ stream.name]");
  body = Body();
  body["protocol"] = "hls";
  EXPECT_EQ(Refusal(body), "Could not find protocol 'hls': [default/app]");
  body = Body();
  body["id"] = std::string(300, 'x');
  EXPECT_EQ(Refusal(body), "A parameter is too long");
}

TEST(PushSpec, SurvivesBeingKept) {
  json body = Body();
  body["stream"]["trackIds"] = {0, 3};
  const auto spec = ReadSpec(body, "default", "app", kCreated);
  ASSERT_TRUE(spec);
  const auto again = DecodeSpec(spec->key(), json::parse(EncodeSpec(*spec).dump()));
  ASSERT_TRUE(again);
  EXPECT_EQ(EncodeSpec(*again), EncodeSpec(*spec));
  EXPECT_EQ(again->created, kCreated);
  EXPECT_EQ(again->tracks.ids, (std::vector<media::TrackId>{0, 3}));
  EXPECT_FALSE(DecodeSpec(spec->key(), json(nullptr)));
  EXPECT_FALSE(DecodeSpec(spec->key(), json::object()));
}

TEST(PushSpec, SoDoesProgress) {
  const Progress progress{.state = State::kError,
                          .reason = "no answer",
                          .sent_bytes = 1,
                          .sent_time = std::chrono::milliseconds(2),
                          .total_sent_bytes = 3,
                          .total_sent_time = std::chrono::milliseconds(4),
                          .frames_dropped = 5,
                          .sequence = 6,
                          .failures = 4,
                          .started = kCreated,
                          .finished = kCreated + std::chrono::seconds(1)};
  EXPECT_EQ(DecodeProgress(json::parse(EncodeProgress(progress).dump())), progress);
  EXPECT_EQ(DecodeProgress(EncodeProgress({})), Progress{});
  EXPECT_EQ(DecodeProgress(json(nullptr)), Progress{});
  EXPECT_EQ(DecodeProgress(json{{"state", 7}, {"sentBytes", "x"}, {"sequence", -1}}), Progress{});
}

TEST(PushSpec, IsShownWithAllFieldsThatClientsKnow) {
  setenv("TZ", "KST-9", 1);
  tzset();
  const auto spec = ReadSpec(Body(), "default", "app", kCreated);
  ASSERT_TRUE(spec);
  EXPECT_EQ(ShowPush(*spec, {}), json::parse(R"({
      "id":"one","state":"ready","vhost":"default","app":"app",
      "stream":{"name":"cam","trackIds":[],"variantNames":["v","a"]},
      "protocol":"rtmp","url":"rtmp://a.example/live","streamKey":"key","isConfig":false,
      "sentBytes":0,"sentTime":0,"sequence":0,"totalsentBytes":0,"totalsentTime":0,
      "droppedFrames":0,
      "createdTime":"2023-03-15T23:02:34.371+09:00",
      "startTime":"1970-01-01T09:00:00.000+09:00",
      "finishTime":"1970-01-01T09:00:00.000+09:00"})"));
  EXPECT_EQ(ShowPush(*spec, {.state = State::kError, .reason = "no"})["reason"], "no");
  unsetenv("TZ");
  tzset();
}

}  // namespace
}  // namespace weir::push

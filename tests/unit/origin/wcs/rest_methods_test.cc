#include "origin/wcs/rest_methods.h"

#include <gmock/gmock.h>

#include "unit/origin/wcs/fakes.h"

namespace weir::wcs {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class FakePushes final : public Pushes {
 public:
  void Start(const std::string& stream_name, const std::string& rtmp_url, bool /*url_is_whole*/,
             std::function<void(Result<Push>)> started) override {
    if (stream_name == "none") return started(Fail(ErrorCode::kNotFound, "no such stream"));
    if (rtmp_url == "x") return started(Fail(ErrorCode::kMalformed, "no URL"));
    for (const Push& push : pushes) {
      if (push.stream_name == stream_name && push.rtmp_url == rtmp_url)
        return started(Fail(ErrorCode::kConflict, "it is sent there already"));
    }
    pushes.push_back({.media_session_id = "p" + std::to_string(pushes.size()),
                      .stream_name = stream_name,
                      .rtmp_url = rtmp_url});
    started(pushes.back());
  }

  std::vector<Push> List() override { return pushes; }

  bool End(const std::string& id) override {
    return std::erase_if(pushes, [&](const Push& push) { return push.media_session_id == id; }) > 0;
  }

  std::vector<Push> pushes;
};

class FakePulls final : public Pulls {
 public:
  void Start(const PullChoice& what, std::function<void(Result<Pull>)> started) override {
    asked.push_back(what);
    if (failure) return started(tl::unexpected(*failure));
    pulls.push_back({.media_session_id = "m",
                     .local_stream_name = what.local_stream_name,
                     .remote_stream_name = what.remote_stream_name,
                     .uri = what.uri});
    started(pulls.back());
  }

  std::vector<Pull> List() override { return pulls; }

  void End(const PullChoice& choice, std::function<void(Result<size_t>)> ended) override {
    if (failure) return ended(tl::unexpected(*failure));
    ended(std::erase_if(pulls, [&](const Pull& pull) { return pull.uri == choice.uri; }));
  }

  std::vector<PullChoice> asked;
  std::vector<Pull> pulls;
  std::optional<Error> failure;
};

class RestMethodsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    publishers_.streams = {test::Publisher("s", "1"), test::Publisher("t", "2")};
    viewers_.Add("s", "s1");
    viewers_.Add("s", "s2");
    viewers_.Add("t", "t1");
  }

  RestMethods::Answer Call(const std::string& path, const char* body = "{}") {
    return Call(methods_, path, body);
  }

  static RestMethods::Answer Call(const RestMethods& methods, const std::string& path,
                                  const char* body) {
    for (const RestMethods::Method& method : methods.list()) {
      if (method.path != path) continue;
      std::optional<RestMethods::Answer> kept;
      method.call(json::parse(body), [&kept](RestMethods::Answer answer) {
        EXPECT_FALSE(kept);
        kept = std::move(answer);
      });
      EXPECT_TRUE(kept) << path;
      return kept.value_or(RestMethods::Answer{});
    }
    ADD_FAILURE() << "there is no " << path;
    return {};
  }

  std::vector<std::string> told_;
  test::FakePublishers publishers_{told_};
  test::FakeViewers viewers_{told_};
  FakePushes pushes_;
  StreamDesk desk_{publishers_, viewers_};
  FakePulls pulls_;
  RestMethods methods_{desk_, &pushes_, &pulls_};
};

TEST_F(RestMethodsTest, EndingViewersLeavesThePublisher) {
  const auto answer = Call("/stream/terminate", R"({"name":"s","published":false})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body.is_null());
  EXPECT_THAT(told_, ElementsAre("viewer s1: Stopped by rest /terminate",
                                 "viewer s2: Stopped by rest /terminate"));
  EXPECT_EQ(Call("/stream/terminate", R"({"name":"s","published":false})").status, 404);
}

TEST_F(RestMethodsTest, EndingThePublisherEndsItsViewersFirst) {
  EXPECT_EQ(Call("/stream/terminate", R"({"name":"s","status":"PUBLISHING"})").status, 200);
  EXPECT_THAT(told_, ElementsAre("viewer s1: Stopped by publisher stop",
                                 "viewer s2: Stopped by publisher stop",
                                 "publisher 1: Stopped by rest /terminate"));
}

TEST_F(RestMethodsTest, ANameMeansBoth) {
  EXPECT_EQ(Call("/stream/terminate", R"({"name":"s"})").status, 200);
  EXPECT_THAT(told_, SizeIs(3));
  EXPECT_EQ(told_.back(), "publisher 1: Stopped by rest /terminate");
}

TEST_F(RestMethodsTest, IdsMeanWhoseTheyAre) {
  EXPECT_EQ(Call("/stream/terminate", R"({"mediaSessionId":"t1"})").status, 200);
  EXPECT_EQ(Call("/stream/terminate", R"({"mediaSessionIds":["2","s2","none"]})").status, 200);
  EXPECT_THAT(told_, ElementsAre("viewer t1: Stopped by rest /terminate",
                                 "viewer s2: Stopped by rest /terminate",
                                 "publisher 2: Stopped by rest /terminate"));
  EXPECT_EQ(Call("/stream/terminate", R"({"mediaSessionIds":["2","s2"]})").status, 404);
}

TEST_F(RestMethodsTest, AnIdOfAPublisherIsNotLookedForElsewhere) {
  const int before = viewers_.asked;
  EXPECT_EQ(Call("/stream/terminate", R"({"mediaSessionId":"1"})").status, 200);
  EXPECT_EQ(viewers_.asked, before + 1) << "but its viewers are ended";
}

TEST_F(RestMethodsTest, AFilterThatIsNoneEndsNobody) {
  for (const char* body : {"{}", "null", R"({"nmae":"s"})", R"({"name":"s","publishd":false})"}) {
    for (const char* path : {"/stream/terminate", "/stream/find"}) {
      const auto answer = Call(path, body);
      EXPECT_EQ(answer.status, 400) << body;
      EXPECT_EQ(answer.body["status"], 400);
      EXPECT_FALSE(answer.body["message"].get<std::string>().empty());
    }
  }
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(RestMethodsTest, FindsWhatIsMeant) {
  const auto all = Call("/stream/find_all");
  EXPECT_EQ(all.status, 200);
  EXPECT_THAT(all.body, SizeIs(5));
  const auto one = Call("/stream/find", R"({"mediaSessionId":"1","display":["metrics"]})");
  ASSERT_THAT(one.body, SizeIs(1));
  const json& publisher = one.body[0];
  EXPECT_EQ(publisher["name"], "s");
  EXPECT_EQ(publisher["appKey"], "app");
  EXPECT_EQ(publisher["published"], true);
  EXPECT_EQ(publisher["status"], "PUBLISHING");
  EXPECT_EQ(publisher["mediaProvider"], "RTMP");
  EXPECT_EQ(publisher["mediaType"], "publish");
  EXPECT_EQ(publisher["videoCodec"], "H264");
  EXPECT_EQ(publisher["hasAudio"], false);
  const auto viewer = Call("/stream/find", R"({"mediaSessionId":"s1"})").body[0];
  EXPECT_EQ(viewer["published"], false);
  EXPECT_EQ(viewer["status"], "PLAYING");
  EXPECT_EQ(viewer["mediaProvider"], "HLS");
  EXPECT_EQ(viewer["sessionId"], "/192.0.2.9/s1");
  EXPECT_EQ(Call("/stream/find", R"({"name":"none"})").status, 404);
}

TEST_F(RestMethodsTest, AConnectionIsASession) {
  EXPECT_THAT(Call("/connection/find_all").body, SizeIs(5));
  EXPECT_THAT(Call("/connection/find", R"({"appKey":"app"})").body, SizeIs(5));
  EXPECT_EQ(Call("/connection/find", R"({"appKey":"other"})").status, 404);
  EXPECT_THAT(Call("/connection/find", R"({"sessionId":"/192.0.2.9/s1"})").body, SizeIs(1));
  EXPECT_EQ(Call("/connection/find", "{}").status, 400);
  EXPECT_EQ(Call("/connection/terminate", R"({"sesionId":"x"})").status, 400);
  EXPECT_EQ(Call("/connection/terminate", R"({"sessionId":"x"})").status, 404);
  EXPECT_EQ(Call("/connection/terminate", R"({"sessionId":"/192.0.2.9/s1"})").status, 200);
  EXPECT_THAT(told_, ElementsAre("viewer s1: Stopped by rest /terminate"));
}

TEST_F(RestMethodsTest, StreamsAreSentOn) {
  constexpr const char* kStart = R"({"streamName":"s","rtmpUrl":"rtmp://b.example.com/live"})";
  const auto started = Call("/push/startup", kStart);
  EXPECT_EQ(started.status, 200);
  EXPECT_EQ(started.body["streamName"], "rtmp_s");
  EXPECT_EQ(Call("/push/startup", kStart).status, 409);
  EXPECT_EQ(Call("/push/startup", R"({"streamName":"none","rtmpUrl":"rtmp://b"})").status, 404);
  EXPECT_EQ(Call("/push/startup", R"({"streamName":"s","rtmpUrl":"x"})").status, 400);
  EXPECT_EQ(Call("/push/startup", R"({"streamName":"s"})").status, 400);
  EXPECT_THAT(Call("/push/find_all").body, SizeIs(1));
  EXPECT_THAT(Call("/push/find", R"({"streamName":"s"})").body, SizeIs(1));
  EXPECT_EQ(Call("/push/find", R"({"streamName":"s","rtmpUrl":"rtmp://c"})").status, 404);
  EXPECT_EQ(Call("/push/find", "{}").status, 400);
  EXPECT_EQ(Call("/push/terminate", R"({"mediaSessionId":"p0"})").status, 200);
  EXPECT_EQ(Call("/push/terminate", R"({"mediaSessionId":"p0"})").status, 404);
  EXPECT_EQ(Call("/push/find_all").status, 404);
}

TEST_F(RestMethodsTest, StreamsAreTakenFromOthers) {
  EXPECT_EQ(Call("/pull/find_all").status, 404);
  constexpr const char* kStart =
      R"({"uri":"ovt://b:9000/live/s","localStreamName":"here","remoteStreamName":"s"})";
  const auto started = Call("/pull/pull", kStart);
  EXPECT_EQ(started.status, 200);
  EXPECT_EQ(started.body, json({{"localMediaSessionId", "m"},
                                {"remoteMediaSessionId", ""},
                                {"localStreamName", "here"},
                                {"remoteStreamName", "s"},
                                {"uri", "ovt://b:9000/live/s"},
                                {"status", "PROCESSED_REMOTE"}}));
  EXPECT_EQ(Call("/pull/startup", kStart).status, 200);
  EXPECT_EQ(pulls_.asked.size(), 2U);
  EXPECT_THAT(Call("/pull/find_all").body, SizeIs(2));
  EXPECT_EQ(Call("/pull/terminate", R"({"uri":"ovt://c"})").status, 404);
  EXPECT_EQ(Call("/pull/terminate", R"({"uri":"ovt://b:9000/live/s"})").status, 200);
  EXPECT_EQ(Call("/pull/find_all").status, 404);
}

TEST_F(RestMethodsTest, WhatCannotBeTakenFromOthersSaysWhy) {
  for (const char* body : {"{}", "[]", R"({"localStreamName":"s"})", R"({"uri":7})",
                           R"({"uri":"ovt://b/c/d","urii":"x"})"})
    EXPECT_EQ(Call("/pull/pull", body).status, 400) << body;
  EXPECT_EQ(Call("/pull/terminate").status, 400);
  EXPECT_THAT(pulls_.asked, IsEmpty());
  const std::map<ErrorCode, int> statuses{
      {ErrorCode::kMalformed, 400},     {ErrorCode::kNotFound, 404},
      {ErrorCode::kConflict, 409},      {ErrorCode::kRefused, 400},
      {ErrorCode::kLimitExceeded, 400}, {ErrorCode::kUnavailable, 500},
      {ErrorCode::kUnsupported, 501}};
  for (const auto& [code, status] : statuses) {
    pulls_.failure = {.code = code, .detail = "so it is"};
    const auto answer = Call("/pull/pull", R"({"uri":"x"})");
    EXPECT_EQ(answer.status, status);
    EXPECT_EQ(answer.body["message"], "so it is");
  }
  EXPECT_EQ(Call("/pull/terminate", R"({"uri":"x"})").status, 500);
}

TEST_F(RestMethodsTest, WhatIsNotOfferedSaysSo) {
  const RestMethods without(desk_, nullptr, nullptr);
  EXPECT_EQ(Call(without, "/push/find_all", "null").status, 501);
  EXPECT_EQ(Call(without, "/pull/find_all", "null").status, 501);
  EXPECT_EQ(Call("/pull/rtmp/pull", "null").status, 501);
  EXPECT_EQ(Call("/stream/snapshot", "null").status, 501);
}

}  // namespace
}  // namespace weir::wcs

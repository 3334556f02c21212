#include "origin/events/event_calls.h"

#include <optional>

#include <gmock/gmock.h>

#include "config/document.h"
#include "stream/stream.h"
#include "support/manual_executor.h"
#include "support/recording_sink.h"

namespace weir::origin {
namespace {

using nlohmann::json;

constexpr std::string_view kConfig = R"(<Server><VirtualHosts><VirtualHost><Name>v</Name>
  <Host><Names><Name>*</Name></Names></Host>
  <Applications><Application><Name>a</Name><Type>live</Type></Application></Applications>
</VirtualHost></VirtualHosts></Server>)";

class EventCallsTest : public ::testing::Test {
 protected:
  EventCallsTest() {
    calls_.AddTo(routes_);
    stream_.SetWayIn(&way_in_);
    EXPECT_TRUE(streams_.Claim(kPath, stream_.ref()));
  }

  ~EventCallsTest() override { stream_.SetWayIn(nullptr); }

  json Post(const std::string& path, json body) {
    const api::Routes::Match match = routes_.Find("POST", "/v1/vhosts/" + path);
    EXPECT_NE(match.entry, nullptr) << path;
    std::optional<api::Answer> answer;
    api::Call call;
    call.method = "POST";
    call.names = match.names;
    call.body = std::move(body);
    match.entry->handler(call, [&answer](api::Answer given) { answer = std::move(given); });
    loop_.RunAll();
    return *answer->Body();
  }

  static inline const stream::StreamPath kPath{.vhost = "v", .app = "a", .name = "s"};
  static inline const json kCue{{"eventFormat", "cue"}, {"events", {{{"cueType", "in"}}}}};

  const std::unique_ptr<config::Document> document_ =
      *config::Document::Parse(std::string(kConfig), "a.xml", {.variable = {}, .home = {}});
  service::HostBook book_{std::make_shared<const service::HostsInForce>(
      service::HostsInForce{.document = nullptr,
                            .hosts = *service::VirtualHosts::Read(document_->root()),
                            .access = {},
                            .ingest = {}})};
  stream::Registry streams_;
  weir::test::ManualExecutor loop_;
  stream::Stream stream_{kPath, loop_, {}};
  weir::test::RecordingSink way_in_;
  EventCalls calls_{streams_, book_};
  api::Routes routes_;
};

TEST_F(EventCallsTest, GiveTheEventToTheStream) {
  EXPECT_EQ(Post("v/apps/a/streams/s:sendEvent", kCue),
            json::parse(R"({"statusCode":200,"message":"OK"})"));
  ASSERT_EQ(way_in_.events.size(), 1U);
  EXPECT_EQ(way_in_.events[0].kind, media::Event::Kind::kCue);
}

TEST_F(EventCallsTest, AnswerEachOfSeveral) {
  const json answer = Post("v/apps/a/streams/s:sendEvents", json::array({kCue, {}, kCue}));
  ASSERT_EQ(answer.size(), 3U);
  EXPECT_EQ(answer[0]["statusCode"], 200);
  EXPECT_EQ(answer[1]["statusCode"], 400);
  EXPECT_EQ(way_in_.events.size(), 2U);
  for (const json& body : {json::array(), json::object(), json()})
    EXPECT_EQ(Post("v/apps/a/streams/s:sendEvents", body)["message"],
              "[HTTP] events(array) is required (400)");
}

TEST_F(EventCallsTest, SayWhatIsNotThere) {
  EXPECT_EQ(Post("x/apps/a/streams/s:sendEvent", kCue)["message"],
            "[HTTP] Could not find the virtual host: [x] (404)");
  EXPECT_EQ(Post("v/apps/x/streams/s:sendEvent", kCue)["message"],
            "[HTTP] Could not find the application: [v/x] (404)");
  EXPECT_EQ(Post("v/apps/a/streams/x:concludeHlsLive", {})["message"],
            "[HTTP] Could not find the stream: [v/#v#a/x] (404)");
}

TEST_F(EventCallsTest, ConcludeAStreamOnce) {
  EXPECT_EQ(Post("v/apps/a/streams/s:concludeHlsLive", json::object())["statusCode"], 200);
  ASSERT_EQ(way_in_.events.size(), 1U);
  EXPECT_EQ(way_in_.events[0].kind, media::Event::Kind::kConclude);
  const json again = Post("v/apps/a/streams/s:concludeHlsLive", json::object());
  EXPECT_EQ(again["statusCode"], 500);
  EXPECT_THAT(again["message"].get<std::string>(), ::testing::HasSubstr("Already concluded"));
  streams_.Release(kPath, stream_.ref());
  const stream::Stream other(kPath, loop_, {});
  ASSERT_TRUE(streams_.Claim(kPath, other.ref()));
  EXPECT_EQ(Post("v/apps/a/streams/s:concludeHlsLive", json::object())["statusCode"], 200)
      << "another publication";
}

TEST_F(EventCallsTest, AStreamThatTakesNoEventsIsLeftAlone) {
  stream_.SetWayIn(nullptr);
  EXPECT_EQ(Post("v/apps/a/streams/s:sendEvent", kCue)["statusCode"], 200);
  EXPECT_TRUE(way_in_.events.empty());
}

}  // namespace
}  // namespace weir::origin

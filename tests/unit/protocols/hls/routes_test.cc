#include "protocols/hls/routes.h"

#include <deque>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/hls/naming.h"
#include "support/run_until.h"
#include "unit/protocols/hls/view_fixture.h"

namespace weir::hls {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// Has one application, "app", and hands streams over when the test says so.
class FakeSource final : public Source {
 public:
  using Answer = std::function<void(Result<FeedRef>)>;

  Result<stream::StreamPath> PathOf(std::string_view /*host*/, std::string_view app,
                                    std::string_view name) override {
    if (app != "app") return Fail(ErrorCode::kNotFound, "no such application");
    return stream::StreamPath{"default", "app", std::string(name)};
  }

  const Options& OptionsOf(const stream::StreamPath& path) override {
    return path.name == "strict" ? strict : usual;
  }

  void Open(const stream::StreamPath& path, std::string_view query, Answer ready) override {
    opened.push_back(path.text() + "?" + std::string(query));
    if (at_once) return ready(*at_once);
    waiting.push_back(std::move(ready));
  }

  std::vector<std::string> opened;
  std::deque<Answer> waiting;
  std::optional<Result<FeedRef>> at_once;
  Options usual;
  Options strict;  ///< Of the stream of that name.
};

class RoutesTest : public ::testing::Test {
 protected:
  Requester& Send(std::string target, http::Fields fields = {}, std::string method = "GET") {
    Requester& requester = requesters_.emplace_back();
    routes_->OnRequest({.method = std::move(method),
                        .target = std::move(target),
                        .host = "weir.example",
                        .fields = std::move(fields),
                        .peer = "192.0.2.1:50123"},
                       requester.responder());
    return requester;
  }

  bool Answered(const Requester& requester) {
    return testing::RunUntil(loop_, [&] { return requester.answered(); });
  }

  std::string Name(FileName name) { return "/app/stream/" + name.text(); }

  void UseOptions(Options options) {
    source_.usual = options;
    routes_ = std::make_unique<Routes>(loop_, source_, std::move(options));
  }

  net::EventLoop loop_;
  FakeSource source_;
  std::deque<Requester> requesters_;
  std::unique_ptr<Routes> routes_ = std::make_unique<Routes>(loop_, source_, Options{});
  std::optional<Feed> feed_{loop_};
  FakePackager packager_{*feed_};
  const std::string key_ = ChunklistKey("default/app/stream");
};

TEST_F(RoutesTest, OpensAStreamOnceForAllWhoAsk) {
  Requester& one = Send("/app/stream/llhls.m3u8?token=x");
  Requester& two = Send("/app/stream/master.m3u8");
  Requester& part =
      Send(Name({.type = FileName::Type::kPart, .number = 4, .key = "0123456789abcdef"}));
  ASSERT_EQ(source_.opened, std::vector<std::string>{"default/app/stream?token=x"});
  packager_.Open("0123456789abcdef", 4);
  packager_.Segment(4);
  source_.waiting.front()(feed_->ref());
  EXPECT_TRUE(Answered(one));
  EXPECT_TRUE(Answered(two));
  EXPECT_TRUE(Answered(part));
  EXPECT_EQ(one.text(), "200 multivariant 0123456789abcdef");
  EXPECT_EQ(two.text(), "200 multivariant 0123456789abcdef");
  EXPECT_EQ(part.text(), "200 part v4.0");
  EXPECT_EQ(source_.opened.size(), 1U);
}

TEST_F(RoutesTest, ServesEveryFileByItsName) {
  source_.at_once = feed_->ref();
  const std::string run = "0123456789abcdef";
  packager_.Open(run, 4);
  packager_.Segment(4);
  const auto ask = [&](std::string target) {
    Requester& requester = Send(std::move(target));
    EXPECT_TRUE(Answered(requester));
    return requester.text();
  };
  const std::string video = Name({.type = FileName::Type::kChunklist, .key = key_});
  EXPECT_EQ(ask("/app/stream/master.m3u8?_HLS_legacy=YES"), "200 legacy multivariant " + run);
  EXPECT_EQ(ask(video), "200 playlist v4");
  EXPECT_EQ(ask(video + "?_HLS_msn=4&_HLS_part=1&_HLS_skip=YES&_HLS_rewind=NO"),
            "200 playlist v4.1");
  EXPECT_EQ(ask(video + "?_HLS_legacy=YES"), "200 legacy v4");
  EXPECT_EQ(ask(Name({.type = FileName::Type::kChunklist,
                      .track = kAudio,
                      .kind = media::MediaKind::kAudio,
                      .key = key_})),
            "200 playlist a4");
  EXPECT_EQ(ask(Name({.type = FileName::Type::kInit, .key = run})), "200 init v " + run);
  EXPECT_EQ(ask(Name({.type = FileName::Type::kSegment, .number = 4, .key = run})),
            "200 segment v4");
  EXPECT_EQ(ask(Name({.type = FileName::Type::kPart, .number = 4, .part = 2, .key = run})),
            "200 part v4.2");
  EXPECT_EQ(ask("/app/str%65am/llhls.m3u8"), "200 multivariant " + run);
  EXPECT_THAT(ask(video + "?_HLS_part=1"), StartsWith("400 "));
  EXPECT_THAT(ask(video + "?_HLS_msn=x"), StartsWith("400 "));
  EXPECT_THAT(ask(video + "?_HLS_msn=7"), StartsWith("400 "));
}

TEST_F(RoutesTest, ServesEachApplicationByItsOwnOptions) {
  source_.strict = {.cross_domains = {"https://a.example"},
                    .cache = {.chunklist = 0},
                    .default_query = "_HLS_legacy=YES"};
  source_.at_once = feed_->ref();
  packager_.Open("0123456789abcdef", 4);
  packager_.Segment(4);
  const http::Fields from{{"Origin", "https://b.example"}};
  Requester& usual = Send("/app/stream/llhls.m3u8", from);
  Requester& strict = Send("/app/strict/llhls.m3u8", from);
  ASSERT_TRUE(Answered(usual) && Answered(strict));
  EXPECT_EQ(usual.text(), "200 multivariant 0123456789abcdef");
  EXPECT_EQ(usual.Field("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(strict.text(), "200 legacy multivariant 0123456789abcdef");
  EXPECT_EQ(strict.Field("Access-Control-Allow-Origin"), "");
  Requester& asked = Send("/app/strict/llhls.m3u8?_HLS_legacy=NO", from);
  ASSERT_TRUE(Answered(asked));
  EXPECT_EQ(asked.text(), "200 multivariant 0123456789abcdef");
  const FileName name{.type = FileName::Type::kChunklist,
                      .key = ChunklistKey("default/app/strict")};
  Requester& chunklist = Send("/app/strict/" + name.text());
  ASSERT_TRUE(Answered(chunklist));
  EXPECT_EQ(chunklist.text(), "200 playlist v4") << "its address says what is meant";
  EXPECT_EQ(chunklist.Field("Cache-Control"), "no-cache, no-store");
}

TEST_F(RoutesTest, Answers404WithoutOpeningAnything) {
  for (std::string target :
       {"/", "/app", "/app/stream", "/app/stream/", "/app//llhls.m3u8", "/app/stream/a/b.m3u8",
        "/app/stream/x.ts", "/app/%2e%2e/llhls.m3u8", "/app/a%2Fb/llhls.m3u8",
        "/app/%zz/llhls.m3u8", "/app/%00/llhls.m3u8", "/other/stream/llhls.m3u8", "*",
        "/app/stream/chunklist_x.m3u8", "/app/stream/chunklist_0_video_wrongkey_llhls.m3u8"}) {
    Requester& requester = Send(target);
    EXPECT_THAT(requester.text(), StartsWith("404 ")) << target;
    EXPECT_EQ(requester.Field("Cache-Control"), "max-age=1");
    EXPECT_EQ(requester.Field("Access-Control-Allow-Origin"), "*");
  }
  EXPECT_TRUE(source_.opened.empty());
}

TEST_F(RoutesTest, TellsWhyAStreamCannotBeHadAndTriesAgain) {
  source_.at_once = Fail(ErrorCode::kNotFound, "not live");
  Requester& missing = Send("/app/stream/llhls.m3u8");
  EXPECT_THAT(missing.text(), StartsWith("404 "));
  EXPECT_EQ(missing.Field("Retry-After"), "1");
  EXPECT_EQ(missing.Field("Cache-Control"), "max-age=1");
  source_.at_once = Fail(ErrorCode::kUnavailable, "overloaded");
  EXPECT_THAT(Send("/app/stream/llhls.m3u8").text(), StartsWith("503 "));
  EXPECT_EQ(source_.opened.size(), 2U);
}

TEST_F(RoutesTest, DropsAViewWithItsFeedAndOpensAnew) {
  source_.at_once = feed_->ref();
  packager_.Open("0123456789abcdef", 4);
  packager_.Segment(4);
  EXPECT_TRUE(Answered(Send("/app/stream/llhls.m3u8")));
  const std::string next =
      Name({.type = FileName::Type::kChunklist, .key = key_}) + "?_HLS_msn=5&_HLS_part=0";
  Requester& waiting = Send(next);
  feed_.reset();
  EXPECT_TRUE(Answered(waiting));
  EXPECT_THAT(waiting.text(), StartsWith("404 "));
  source_.at_once.reset();
  Send("/app/stream/llhls.m3u8");
  EXPECT_EQ(source_.opened.size(), 2U);
}

TEST_F(RoutesTest, EndsWaitsByItsOwnTimer) {
  source_.at_once = feed_->ref();
  auto tracks = std::make_shared<media::TrackList>();
  tracks->tracks.resize(1);
  tracks->run = media::Run{.id = "0123456789abcdef", .target_duration = 1s};
  feed_->OnRunOpened({.tracks = tracks,
                      .multivariants = std::make_shared<const Multivariants>(Multivariants{
                          {"llhls", {.usual = TextResource("m"), .legacy = TextResource("l")}}}),
                      .inits = {}});
  packager_.Part(kVideo, 0, 0);
  packager_.Close(kVideo, 0, 1);
  const std::string video = Name({.type = FileName::Type::kChunklist, .key = key_});
  Requester& first = Send(video);
  EXPECT_TRUE(Answered(first));
  EXPECT_EQ(first.text(), "200 playlist v0");
  Requester& part = Send(video + "?_HLS_msn=1&_HLS_part=0");
  Requester& leaver = Send(video + "?_HLS_msn=1&_HLS_part=0");
  leaver.Leave();
  EXPECT_TRUE(Answered(part));
  EXPECT_THAT(part.text(), StartsWith("503 "));
  Requester& late = Send(video + "?_HLS_msn=1&_HLS_part=0");
  EXPECT_FALSE(late.answered());
  routes_.reset();
  EXPECT_THAT(late.text(), StartsWith("503 "));
  EXPECT_EQ(leaver.answers(), 0);
}

TEST_F(RoutesTest, IgnoresAStreamThatIsOpenedAfterItsEnd) {
  Send("/app/stream/llhls.m3u8");
  routes_.reset();
  source_.waiting.front()(feed_->ref());
}

TEST_F(RoutesTest, AnswersPreflightsAndOtherMethods) {
  Requester& preflight = Send("/app/stream/llhls.m3u8",
                              {{"Origin", "https://a.example"},
                               {"Access-Control-Request-Method", "GET"},
                               {"Access-Control-Request-Headers", "range, x-token"}},
                              "OPTIONS");
  EXPECT_EQ(preflight.response().status, 204);
  EXPECT_EQ(preflight.Field("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(preflight.Field("Access-Control-Allow-Methods"), "GET, HEAD, OPTIONS");
  EXPECT_EQ(preflight.Field("Access-Control-Allow-Headers"), "range, x-token");
  EXPECT_EQ(preflight.Field("Access-Control-Max-Age"), "86400");
  Requester& posted = Send("/app/stream/llhls.m3u8", {}, "POST");
  EXPECT_EQ(posted.response().status, 405);
  EXPECT_EQ(posted.Field("Allow"), "GET, HEAD, OPTIONS");
  EXPECT_TRUE(source_.opened.empty());
}

TEST_F(RoutesTest, EchoesOnlyAllowedOrigins) {
  UseOptions({.cross_domains = {"*.a.example"}, .cache = {}});
  Requester& yes = Send("/nothing", {{"Origin", "https://www.a.example"}});
  EXPECT_EQ(yes.Field("Access-Control-Allow-Origin"), "https://www.a.example");
  EXPECT_EQ(yes.Field("Vary"), "Origin");
  Requester& no = Send("/nothing", {{"Origin", "https://evil.example"}}, "OPTIONS");
  EXPECT_EQ(no.Field("Access-Control-Allow-Origin"), "");
  EXPECT_EQ(no.Field("Access-Control-Allow-Methods"), "");
  EXPECT_EQ(no.Field("Vary"), "Origin");
}

TEST_F(RoutesTest, CompressesPlaylistsForWhoTakesThat) {
  source_.at_once = feed_->ref();
  packager_.Open("0123456789abcdef", 4);
  packager_.Segment(4);
  Requester& packed = Send("/app/stream/llhls.m3u8", {{"Accept-Encoding", "br, gzip;q=0.5"}});
  EXPECT_TRUE(Answered(packed));
  EXPECT_EQ(packed.Field("Content-Encoding"), "gzip");
  Requester& plain = Send("/app/stream/llhls.m3u8", {{"Accept-Encoding", "gzip;q=0"}});
  EXPECT_TRUE(Answered(plain));
  EXPECT_EQ(plain.Field("Content-Encoding"), "");
}

}  // namespace
}  // namespace weir::hls

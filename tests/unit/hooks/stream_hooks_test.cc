#include "hooks/stream_hooks.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "crypto/hex.h"
#include "crypto/hmac.h"
#include "http/router.h"
#include "http/server_session.h"
#include "http/text_response.h"
#include "net/tcp_listener.h"
#include "support/run_until.h"

namespace weir::hooks {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const stream::StreamPath kPath{.vhost = "default", .app = "app", .name = "stream"};

StreamObject Viewer(const std::string& id) {
  return {.path = kPath,
          .media_session_id = id,
          .session_id = "/192.0.2.1",
          .published = false,
          .provider = "HLS",
          .status = kPlaying};
}

/// Hooks, and their backend on the same loop.
class StreamHooksTest : public ::testing::Test, public StreamHooks::Owner {
 protected:
  struct Called {
    std::string target;
    nlohmann::json body;
    std::string authorization;
    std::string text;
  };

  void SetUp() override {
    ASSERT_TRUE(listener_.Listen());
    app_.url = {.host = "127.0.0.1", .port = listener_.port(), .target = "/api"};
    app_.key = "defaultApp";
    app_.methods = {kStreamKeepAliveEvent};
    app_.interval = 100ms;
    app_.timeout = 10s;
  }

  void Start() {
    options_.apps = {app_};
    options_.node = "node-1";
    caller_ = std::make_unique<HookCaller>(loop_, options_, nullptr);
    hooks_ = std::make_unique<StreamHooks>(loop_, options_, *caller_, *this);
  }

  void Come(const StreamObject& stream) {
    streams_[stream.media_session_id] = stream;
    hooks_->OnCame(stream);
  }

  bool RunUntil(const std::function<bool()>& done) { return testing::RunUntil(loop_, done); }

  std::optional<StreamObject> Describe(const std::string& id) override {
    const auto found = streams_.find(id);
    return found == streams_.end() ? std::nullopt : std::optional(found->second);
  }

  void Terminate(const std::string& id, const std::string& info) override {
    terminated_.emplace_back(id, info);
    const StreamObject stream = streams_.extract(id).mapped();
    hooks_->OnWent(stream);
  }

  void Backend(const http::Request& request, std::unique_ptr<http::Responder> responder) {
    calls_.push_back({.target = request.target,
                      .body = nlohmann::json::parse(request.body),
                      .authorization = std::string(request.Field("Authorization")),
                      .text = request.body});
    open_.push_back(std::move(responder));
    most_open_ = std::max(most_open_, open_.size());
    if (status_ == 0 || calls_.back().body["mediaSessionId"] == "unanswered") return;
    open_.back()->Respond(http::JsonResponse(status_, "{}"));
    open_.pop_back();
  }

  /// Calls about that stream so far.
  size_t CallsFor(const std::string& id) const {
    return static_cast<size_t>(std::count_if(calls_.begin(), calls_.end(), [&](const Called& one) {
      return one.body["mediaSessionId"] == id;
    }));
  }

  net::EventLoop loop_;
  http::FunctionHandler handler_{
      [this](const http::Request& request, std::unique_ptr<http::Responder> responder) {
        Backend(request, std::move(responder));
      }};
  net::TcpListener listener_{loop_, net::ListenOptions{.address = "127.0.0.1", .component = "test"},
                             http::MakeServerFactory(handler_, {})};
  HookApp app_;
  WcsOptions options_;
  int status_ = 200;  // of the backend; 0: it does not answer
  std::vector<Called> calls_;
  std::vector<std::unique_ptr<http::Responder>> open_;
  size_t most_open_ = 0;
  std::map<std::string, StreamObject> streams_;
  std::vector<std::pair<std::string, std::string>> terminated_;
  std::unique_ptr<HookCaller> caller_;
  std::unique_ptr<StreamHooks> hooks_;
};

TEST_F(StreamHooksTest, AsksAboutEachStreamAgainAndAgain) {
  app_.secret = "secret";
  Start();
  Come(Viewer("a"));
  ASSERT_TRUE(RunUntil([&] { return calls_.size() == 3; }));
  const Called& call = calls_[0];
  EXPECT_EQ(call.target, "/api/StreamKeepAliveEvent");
  EXPECT_EQ(call.body["mediaSessionId"], "a");
  EXPECT_EQ(call.body["published"], false);
  EXPECT_EQ(call.body["name"], "stream");
  EXPECT_EQ(call.body["appKey"], "defaultApp");
  EXPECT_EQ(call.body["nodeId"], "node-1");
  EXPECT_FALSE(call.body.contains("sdp"));
  EXPECT_EQ(call.authorization, "WCS " + crypto::HexEncode(crypto::HmacMd5("secret", call.text)));
  EXPECT_THAT(terminated_, IsEmpty());
}

TEST_F(StreamHooksTest, ForbiddenEndsIt) {
  status_ = 403;
  Start();
  Come(Viewer("a"));
  ASSERT_TRUE(RunUntil([&] { return !terminated_.empty(); }));
  EXPECT_THAT(terminated_, ElementsAre(std::pair("a", "Terminated by keep-alive")));
}

TEST_F(StreamHooksTest, OtherAnswersAndNoneEndNobody) {
  for (const int status : {500, 404, 302}) {
    status_ = status;
    Start();
    Come(Viewer("a"));
    const size_t before = calls_.size();
    ASSERT_TRUE(RunUntil([&] { return calls_.size() == before + 2; })) << status;
  }
  status_ = 0;
  app_.timeout = 50ms;
  Start();
  Come(Viewer("a"));
  const size_t before = calls_.size();
  ASSERT_TRUE(RunUntil([&] { return calls_.size() == before + 3; })) << "time-outs";
  EXPECT_THAT(terminated_, IsEmpty());
}

TEST_F(StreamHooksTest, WhereTheBackendMustAnswerSilenceEnds) {
  app_.fail_open = false;
  app_.timeout = 50ms;
  for (const int status : {500, 0}) {
    status_ = status;
    terminated_.clear();
    Start();
    Come(Viewer("a"));
    ASSERT_TRUE(RunUntil([&] { return !terminated_.empty(); })) << status;
  }
}

TEST_F(StreamHooksTest, ABeatIsSkippedWhileTheFormerIsOpen) {
  Start();
  Come(Viewer("unanswered"));
  Come(Viewer("a"));
  ASSERT_TRUE(RunUntil([&] { return CallsFor("a") == 4; }));
  EXPECT_EQ(CallsFor("unanswered"), 1U);
}

TEST_F(StreamHooksTest, ConnectionsAreBounded) {
  app_.connections_max = 3;
  status_ = 0;
  Start();
  for (int i = 0; i < 20; ++i)
    Come(Viewer(std::to_string(i)));
  ASSERT_TRUE(RunUntil([&] { return calls_.size() == 3; }));
  status_ = 200;
  for (const auto& responder : std::exchange(open_, {}))
    responder->Respond(http::JsonResponse(200, "{}"));
  ASSERT_TRUE(RunUntil([&] { return calls_.size() >= 23; })) << "the others had their turn";
  EXPECT_EQ(most_open_, 3U);
  EXPECT_LE(listener_.connections(), 3U);
}

TEST_F(StreamHooksTest, WhoIsGoneIsNotAskedAbout) {
  Start();
  Come(Viewer("a"));
  Come(Viewer("b"));
  ASSERT_TRUE(RunUntil([&] { return CallsFor("a") == 1; }));
  streams_.erase("a");
  hooks_->OnWent(Viewer("a"));
  const size_t before = CallsFor("b");
  ASSERT_TRUE(RunUntil([&] { return CallsFor("b") == before + 3; }));
  EXPECT_EQ(CallsFor("a"), 1U);
}

TEST_F(StreamHooksTest, TellsWhoCameAndWentAndWhy) {
  app_.methods = {kStreamStatusEvent};
  Start();
  Come(Viewer("a"));
  ASSERT_TRUE(RunUntil([&] { return calls_.size() == 1; }));
  EXPECT_EQ(calls_[0].target, "/api/StreamStatusEvent");
  EXPECT_EQ(calls_[0].body["status"], "PLAYING");
  EXPECT_FALSE(calls_[0].body.contains("info"));
  StreamObject gone = Viewer("a");
  gone.status = kFailed;
  gone.info = kStoppedByPublisher;
  hooks_->OnWent(gone);
  ASSERT_TRUE(RunUntil([&] { return calls_.size() == 2; }));
  EXPECT_EQ(calls_[1].body["status"], "FAILED");
  EXPECT_EQ(calls_[1].body["info"], "Stopped by publisher stop");
}

TEST_F(StreamHooksTest, OtherApplicationsStreamsAreLeftAlone) {
  app_.application = "app";
  app_.methods = {kStreamStatusEvent, kStreamKeepAliveEvent};
  Start();
  StreamObject other = Viewer("other");
  other.path.app = "other";
  Come(other);
  Come(Viewer("a"));
  ASSERT_TRUE(RunUntil([&] { return CallsFor("a") == 4; }));
  EXPECT_EQ(CallsFor("other"), 0U);
}

}  // namespace
}  // namespace weir::hooks

#include "origin/wcs/publisher_gate.h"

#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "http/router.h"
#include "http/server_session.h"
#include "http/text_response.h"
#include "net/tcp_listener.h"
#include "support/fake_gate.h"
#include "support/run_until.h"
#include "unit/origin/wcs/fakes.h"
#include "unit/stream/sample_stream.h"

namespace weir::wcs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Answered = std::optional<Result<std::unique_ptr<service::Publication>>>;

/// A gate with its book, and the backend on the same loop.
class PublisherGateTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(listener_.Listen()); }

  void Start(std::set<std::string, std::less<>> methods = {}) {
    if (!methods.empty()) {
      options_.apps = {{.key = "defaultApp",
                        .url = {.host = "127.0.0.1", .port = listener_.port(), .target = ""},
                        .methods = std::move(methods),
                        .timeout = std::chrono::seconds(10)}};
    }
    caller_ = std::make_unique<hooks::HookCaller>(loop_, options_, nullptr);
    hooks_ = std::make_unique<hooks::StreamHooks>(loop_, options_, *caller_, book_);
    book_.Tell(*hooks_, desk_);
    gate_ = std::make_unique<PublisherGate>(
        PublisherGate::Surroundings{.loop = loop_,
                                    .control = loop_,
                                    .book = book_,
                                    .options = options_,
                                    .caller = *caller_,
                                    .vhost_of = [](std::string_view) { return "default"; }},
        inner_);
  }

  /// Publishes, and waits for the answer.
  void Publish() {
    answer_.reset();
    gate_->Open({.protocol = "rtmp",
                 .host = "example.com",
                 .app = "app",
                 .stream = "stream",
                 .query = {},
                 .url = "rtmp://example.com/app/stream",
                 .peer = "192.0.2.1:50123"},
                [this](Result<std::unique_ptr<service::Publication>> answer) {
                  answer_.emplace(std::move(answer));
                });
    ASSERT_TRUE(RunUntil([this] { return answer_.has_value(); }));
  }

  bool RunUntil(const std::function<bool()>& done) { return testing::RunUntil(loop_, done); }

  net::EventLoop loop_;
  std::vector<std::string> called_;
  std::map<std::string, int> status_;  // by target; else 200
  http::FunctionHandler handler_{[this](const http::Request& request,
                                        std::unique_ptr<http::Responder> responder) {
    const auto body = nlohmann::json::parse(request.body);
    called_.push_back(request.target + " " + body["status"].get<std::string>());
    const auto status = status_.find(request.target);
    responder->Respond(http::JsonResponse(status == status_.end() ? 200 : status->second, "{}"));
  }};
  net::TcpListener listener_{loop_, net::ListenOptions{.address = "127.0.0.1", .component = "test"},
                             http::MakeServerFactory(handler_, {})};
  hooks::WcsOptions options_;
  std::unique_ptr<hooks::HookCaller> caller_;
  PublisherBook book_;
  std::vector<std::string> told_;
  test::FakeViewers viewers_{told_};
  StreamDesk desk_{book_, viewers_};
  std::unique_ptr<hooks::StreamHooks> hooks_;
  weir::test::FakeGate inner_;
  std::unique_ptr<PublisherGate> gate_;
  Answered answer_;
};

TEST_F(PublisherGateTest, WhoPublishesIsInTheBook) {
  Start();
  Publish();
  ASSERT_TRUE(*answer_);
  ASSERT_TRUE(RunUntil([this] { return book_.List().size() == 1; }));
  (**answer_)->OnTracks(
      std::make_shared<const media::TrackList>(*stream::test::AudioAndVideo("r")));
  ASSERT_TRUE(RunUntil([this] { return !book_.List()[0].video_codec.empty(); }));
  const hooks::StreamObject stream = book_.List()[0];
  EXPECT_EQ(stream.path.text(), "default/app/stream");
  EXPECT_EQ(stream.session_id, "/192.0.2.1:50123");
  EXPECT_EQ(stream.provider, "RTMP");
  EXPECT_EQ(stream.status, "PUBLISHING");
  EXPECT_EQ(stream.video_codec, "H264");
  EXPECT_EQ(stream.audio_codec, "AAC");
  EXPECT_THAT(stream.media_session_id, SizeIs(36));
  EXPECT_EQ(stream.media_session_id, inner_.requests[0].id) << "others know it by the same";
  answer_.reset();
  ASSERT_TRUE(RunUntil([this] { return book_.List().empty(); }));
}

TEST_F(PublisherGateTest, PassesEverythingOn) {
  Start();
  Publish();
  ASSERT_TRUE(*answer_);
  EXPECT_EQ((**answer_)->path().text(), "default/app/stream");
  media::MediaSink& publication = ***answer_;
  publication.OnTracks(std::make_shared<const media::TrackList>(*stream::test::AudioAndVideo("r")));
  publication.OnFrame(std::make_shared<const media::Frame>());
  publication.OnEvent(std::make_shared<const media::Event>());
  publication.OnGap();
  publication.OnEnd(media::EndReason::kFinished);
  const weir::test::RecordingSink& got = inner_.publishers.at(0)->sink;
  EXPECT_THAT(got.calls(), SizeIs(4));
  EXPECT_THAT(got.events, SizeIs(1));
}

TEST_F(PublisherGateTest, IsEndedByOrder) {
  Start({hooks::kStreamStatusEvent});
  Publish();
  std::optional<Error> reason;
  (**answer_)->OnStop([&](Error given) {
    reason = std::move(given);
    answer_.reset();
  });
  ASSERT_TRUE(RunUntil([this] { return book_.List().size() == 1; }));
  book_.End(book_.List()[0].media_session_id, "Stopped by rest /terminate");
  ASSERT_TRUE(RunUntil([this] { return book_.List().empty(); }));
  ASSERT_TRUE(reason);
  EXPECT_EQ(reason->detail, "Stopped by rest /terminate");
  ASSERT_TRUE(RunUntil([this] { return called_.size() == 2; }));
  EXPECT_THAT(called_, ElementsAre("/StreamStatusEvent PUBLISHING", "/StreamStatusEvent FAILED"));
}

TEST_F(PublisherGateTest, OneThatIsEndedByItsBackendTakesItsViewersAlong) {
  Start();
  viewers_.Add("stream", "v");
  Publish();
  ASSERT_TRUE(RunUntil([this] { return book_.List().size() == 1; }));
  book_.Terminate(book_.List()[0].media_session_id, hooks::kTerminatedByKeepAlive);
  EXPECT_THAT(told_, ElementsAre("viewer v: Stopped by publisher stop"));
}

TEST_F(PublisherGateTest, ABackendThatSaysYesLetsIn) {
  Start({hooks::kConnect, hooks::kPublishStream});
  Publish();
  EXPECT_TRUE(*answer_);
  EXPECT_THAT(called_, ElementsAre("/connect PUBLISHING", "/publishStream PUBLISHING"));
}

TEST_F(PublisherGateTest, ABackendThatDoesNotIsTheEnd) {
  Start({hooks::kConnect, hooks::kPublishStream});
  for (const char* target : {"/connect", "/publishStream"}) {
    for (const int status : {403, 500, 302}) {
      status_ = {{target, status}};
      Publish();
      ASSERT_FALSE(*answer_);
      EXPECT_EQ(answer_->error().code, ErrorCode::kRefused);
    }
  }
  EXPECT_THAT(inner_.requests, IsEmpty());
  EXPECT_EQ(gate_->refused(), 6U);
}

TEST_F(PublisherGateTest, WhoIsRefusedBehindItIsNotInTheBook) {
  Start();
  inner_.refusal = Error{.code = ErrorCode::kRefused, .detail = "the name is taken"};
  Publish();
  EXPECT_FALSE(*answer_);
  EXPECT_THAT(book_.List(), IsEmpty());
}

}  // namespace
}  // namespace weir::wcs

#include "service/access/admitting_gate.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "config/document.h"
#include "crypto/base64.h"
#include "crypto/hmac.h"
#include "http/router.h"
#include "http/server_session.h"
#include "http/text_response.h"
#include "net/tcp_listener.h"
#include "support/fake_gate.h"
#include "support/run_until.h"

namespace weir::service {
namespace {

using nlohmann::json;
using test::FakeGate;
using ::testing::HasSubstr;

constexpr std::string_view kConfig = R"(<Server><VirtualHosts>
  <VirtualHost><Name>signed</Name>
    <Host><Names><Name>signed.example.com</Name></Names></Host>
    <SignedPolicy>
      <PolicyQueryKeyName>policy</PolicyQueryKeyName>
      <SignatureQueryKeyName>signature</SignatureQueryKeyName>
      <SecretKey>secret</SecretKey>
      <Enables><Providers>rtmp</Providers></Enables>
    </SignedPolicy>
  </VirtualHost>
  <VirtualHost><Name>asked</Name>
    <Host><Names><Name>asked.example.com</Name></Names></Host>
    <AdmissionWebhooks>
      <ControlServerUrl>http://127.0.0.1:{}/hook</ControlServerUrl>
      <SecretKey>1234</SecretKey>
      <Timeout>{}</Timeout>
      <Enables><Providers>rtmp</Providers></Enables>
    </AdmissionWebhooks>
  </VirtualHost>
  <VirtualHost><Name>open</Name><Host><Names><Name>*</Name></Names></Host></VirtualHost>
</VirtualHosts></Server>)";

/// A gate with a control server on the same loop, and publishers at it.
class AdmittingGateTest : public ::testing::Test {
 protected:
  void Start(int timeout_ms = 20'000) {
    control_router_.AddExact(
        "/hook", [this](const http::Request& request, std::unique_ptr<http::Responder> responder) {
          signatures_.emplace_back(request.Field("X-OME-Signature"));
          bodies_.push_back(request.body);
          if (json::parse(request.body)["request"]["status"] == "closing") {
            responder->Respond(http::JsonResponse(200, "{}"));
          } else if (hold_) {
            held_.push_back(std::move(responder));
          } else {
            responder->Respond(http::JsonResponse(200, answer_));
          }
        });
    listener_ = std::make_unique<net::TcpListener>(
        loop_, net::ListenOptions{.address = "127.0.0.1", .component = "test"},
        http::MakeServerFactory(control_router_));
    ASSERT_TRUE(listener_->Listen());
    auto document =
        config::Document::Parse(fmt::format(fmt::runtime(kConfig), listener_->port(), timeout_ms),
                                "conf/a.xml", {.variable = {}, .home = {}});
    ASSERT_TRUE(document);
    document_ = *std::move(document);
    HostsInForce now{.document = nullptr,
                     .hosts = *VirtualHosts::Read(document_->root()),
                     .access = {},
                     .ingest = {}};
    now.access = *ReadAccess(document_->root(), now.hosts);
    book_ = std::make_unique<HostBook>(std::make_shared<HostsInForce>(std::move(now)));
    control_ = std::make_unique<AccessControl>(loop_, *book_, nullptr);
    gate_ = std::make_unique<AdmittingGate>(loop_, *book_, *control_, inner_);
  }

  static PublishRequest RequestTo(const std::string& host, std::string query = "") {
    return {.protocol = "rtmp",
            .host = host,
            .app = "app",
            .stream = "stream",
            .query = std::move(query),
            .url = "rtmp://" + host + ":1935/app/stream",
            .peer = "192.0.2.1:4711"};
  }

  /// The query that signs a request to signed.example.com.
  static std::string Sign(const std::string& policy) {
    const std::string query =
        "policy=" +
        crypto::Base64UrlEncode({reinterpret_cast<const uint8_t*>(policy.data()), policy.size()});
    const auto mac = crypto::Hmac(crypto::HashAlgorithm::kSha1, "secret",
                                  "rtmp://signed.example.com:1935/app/stream?" + query);
    return query + "&signature=" + crypto::Base64UrlEncode(mac);
  }

  static int64_t Millis(std::chrono::milliseconds from_now) {
    const auto now = std::chrono::system_clock::now().time_since_epoch() + from_now;
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  }

  void Open(const PublishRequest& request) {
    gate_->Open(request, [this](Result<std::unique_ptr<Publication>> answer) {
      EXPECT_FALSE(answered_) << "answered twice";
      answered_ = true;
      if (answer) {
        publication_ = *std::move(answer);
        publication_->OnStop([this](Error reason) {
          stopped_ = std::move(reason);
          publication_.reset();
        });
      } else {
        refusal_ = answer.error();
      }
    });
  }

  bool RunUntilAnswered() {
    return testing::RunUntil(loop_, [this] { return answered_; });
  }

  json Body(size_t index) { return json::parse(bodies_.at(index)); }

  net::EventLoop loop_;
  http::Router control_router_;
  std::string answer_ = R"({"allowed":true})";
  bool hold_ = false;
  std::vector<std::unique_ptr<http::Responder>> held_;
  std::vector<std::string> signatures_;
  std::vector<std::string> bodies_;
  std::unique_ptr<net::TcpListener> listener_;
  std::unique_ptr<config::Document> document_;
  std::unique_ptr<HostBook> book_;
  FakeGate inner_;
  std::unique_ptr<AccessControl> control_;
  std::unique_ptr<AdmittingGate> gate_;

  bool answered_ = false;
  std::unique_ptr<Publication> publication_;
  std::optional<Error> refusal_;
  std::optional<Error> stopped_;
};

TEST_F(AdmittingGateTest, LetsAllPassWhereThereAreNoRules) {
  Start();
  Open(RequestTo("other.example.com"));
  EXPECT_NE(publication_, nullptr) << "inside the call";
  EXPECT_TRUE(bodies_.empty());
}

TEST_F(AdmittingGateTest, TellsNobodyWhyAPolicyWasRefused) {
  Start();
  Open(RequestTo("signed.example.com"));
  ASSERT_TRUE(refusal_);
  EXPECT_EQ(refusal_->code, ErrorCode::kRefused);
  EXPECT_EQ(refusal_->detail, "access denied");
  EXPECT_TRUE(inner_.requests.empty());
}

TEST_F(AdmittingGateTest, PassesFramesOnAndStopsAsTheInnerGateSays) {
  Start();
  Open(RequestTo("signed.example.com",
                 Sign(fmt::format(R"({{"url_expire":{}}})", Millis(std::chrono::hours(1))))));
  ASSERT_NE(publication_, nullptr);
  publication_->OnTracks(std::make_shared<media::TrackList>());
  publication_->OnGap();
  EXPECT_EQ(inner_.publishers.at(0)->sink.calls().size(), 2u);
  inner_.publishers.at(0)->stop({.code = ErrorCode::kEnded, .detail = "drained"});
  EXPECT_EQ(stopped_->detail, "drained");
  EXPECT_TRUE(inner_.publishers.at(0)->destroyed);
}

TEST_F(AdmittingGateTest, EndsAPublisherWhoseStreamExpires) {
  Start();
  Open(RequestTo("signed.example.com",
                 Sign(fmt::format(R"({{"url_expire":{0},"stream_expire":{0}}})",
                                  Millis(std::chrono::milliseconds(300))))));
  ASSERT_NE(publication_, nullptr);
  EXPECT_TRUE(testing::RunUntil(loop_, [this] { return stopped_.has_value(); }));
  EXPECT_THAT(stopped_->detail, HasSubstr("time"));
  EXPECT_TRUE(inner_.publishers.at(0)->destroyed);
}

TEST_F(AdmittingGateTest, AsksTheControlServerAndTellsItTheEnd) {
  Start();
  Open(RequestTo("asked.example.com", "key=1"));
  EXPECT_FALSE(answered_);
  ASSERT_TRUE(RunUntilAnswered());
  ASSERT_NE(publication_, nullptr);
  EXPECT_EQ(Body(0)["request"]["status"], "opening");
  EXPECT_EQ(Body(0)["request"]["direction"], "incoming");
  EXPECT_EQ(Body(0)["request"]["url"], "rtmp://asked.example.com:1935/app/stream?key=1");
  EXPECT_EQ(Body(0)["client"]["address"], "192.0.2.1");
  EXPECT_EQ(signatures_.at(0), crypto::Base64UrlEncode(crypto::Hmac(crypto::HashAlgorithm::kSha1,
                                                                    "1234", bodies_.at(0))));
  publication_.reset();
  ASSERT_TRUE(testing::RunUntil(loop_, [this] { return bodies_.size() == 2; }));
  EXPECT_EQ(Body(1)["request"]["status"], "closing");
}

TEST_F(AdmittingGateTest, SendsAPublisherWhereTheControlServerWantsIt) {
  answer_ = R"({"allowed":true,"new_url":"rtmp://other.example.com:1935/live/renamed"})";
  Start();
  Open(RequestTo("asked.example.com"));
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_EQ(inner_.requests.at(0).host, "other.example.com");
  EXPECT_EQ(inner_.requests.at(0).app, "live");
  EXPECT_EQ(inner_.requests.at(0).stream, "renamed");
  publication_.reset();
  ASSERT_TRUE(testing::RunUntil(loop_, [this] { return bodies_.size() == 2; }));
  EXPECT_EQ(Body(1)["request"]["new_url"], "rtmp://other.example.com:1935/live/renamed");
}

TEST_F(AdmittingGateTest, EndsAPublisherAfterItsLifetime) {
  answer_ = R"({"allowed":true,"lifetime":50})";
  Start();
  Open(RequestTo("asked.example.com"));
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_TRUE(testing::RunUntil(loop_, [this] { return stopped_ && bodies_.size() == 2; }));
}

TEST_F(AdmittingGateTest, RefusesOnANo) {
  answer_ = R"({"allowed":false,"reason":"x"})";
  Start();
  Open(RequestTo("asked.example.com"));
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_EQ(refusal_->detail, "access denied");
}

TEST_F(AdmittingGateTest, RefusesWhenNoAnswerComesInTime) {
  hold_ = true;
  Start(50);
  Open(RequestTo("asked.example.com"));
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_EQ(refusal_->detail, "access denied");
  EXPECT_TRUE(inner_.requests.empty());
}

TEST_F(AdmittingGateTest, TellsTheEndOfWhatTheInnerGateRefused) {
  inner_.refusal = Error{.code = ErrorCode::kRefused, .detail = "the name is taken"};
  Start();
  Open(RequestTo("asked.example.com"));
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_EQ(refusal_->detail, "the name is taken");
  EXPECT_TRUE(testing::RunUntil(loop_, [this] { return bodies_.size() == 2; }));
}

TEST_F(AdmittingGateTest, ItsEndIsNoAnswer) {
  hold_ = true;
  Start();
  Open(RequestTo("asked.example.com"));
  ASSERT_TRUE(testing::RunUntil(loop_, [this] { return held_.size() == 1; }));
  gate_.reset();
  control_.reset();
  EXPECT_TRUE(testing::RunUntil(loop_, [this] { return listener_->connections() == 0; }));
  EXPECT_FALSE(answered_);
}

TEST_F(AdmittingGateTest, TellsWhomItAskedThoughTheRulesAreOthersByThen) {
  Start();
  Open(RequestTo("asked.example.com"));
  ASSERT_TRUE(RunUntilAnswered());
  ASSERT_NE(publication_, nullptr);
  book_->Replace(std::make_shared<HostsInForce>());
  EXPECT_EQ(control_->RulesFor("asked", Direction::kIncoming, "rtmp"), nullptr);
  publication_.reset();
  ASSERT_TRUE(testing::RunUntil(loop_, [this] { return bodies_.size() == 2; }));
  EXPECT_EQ(Body(1)["request"]["status"], "closing");
  bool told = false;
  control_->WhenTold([&] { told = true; });
  EXPECT_TRUE(testing::RunUntil(loop_, [&] { return told; }));
}

TEST_F(AdmittingGateTest, GoesByTheRulesInForceWhenAPublisherComes) {
  Start();
  auto without = std::make_shared<HostsInForce>(*book_->Now());
  without->access.clear();
  book_->Replace(without);
  Open(RequestTo("asked.example.com"));
  EXPECT_NE(publication_, nullptr) << "inside the call";
  EXPECT_TRUE(bodies_.empty());
}

/// The same control server, asked for viewers.
class ControlServerTest : public AdmittingGateTest {
 protected:
  void Ask(const std::string& peer, const std::string& agent = "player",
           Direction direction = Direction::kOutgoing) {
    server_->AskOpening({.direction = direction,
                         .protocol = "llhls",
                         .urls = {"http://asked.example.com:3333/app/stream/llhls.m3u8"},
                         .query = {},
                         .peer = peer,
                         .real_address = std::string(net::HostOf(peer)),
                         .user_agent = agent},
                        [this](const Result<AdmissionAnswer>& answer) {
                          EXPECT_TRUE(answer);
                          ++answers_;
                        });
  }

  void Start() {
    hold_ = true;
    AdmittingGateTest::Start();
    server_ = std::make_unique<ControlServer>(client_, *book_->Now()->access.at("asked").admission);
  }

  void AnswerHeld() {
    for (auto& responder : held_)
      responder->Respond(http::JsonResponse(200, answer_));
    held_.clear();
  }

  int answers_ = 0;
  http::Client client_{loop_, {}};
  std::unique_ptr<ControlServer> server_;
};

TEST_F(ControlServerTest, AsksTheSameQuestionOnce) {
  Start();
  Ask("192.0.2.1:1");
  Ask("192.0.2.1:2");
  Ask("192.0.2.1:3");
  ASSERT_TRUE(testing::RunUntil(loop_, [this] { return held_.size() == 1; }));
  AnswerHeld();
  ASSERT_TRUE(testing::RunUntil(loop_, [this] { return answers_ == 3; }));
  EXPECT_EQ(bodies_.size(), 1u);
  Ask("192.0.2.1:4");
  ASSERT_TRUE(testing::RunUntil(loop_, [this] { return held_.size() == 1; }))
      << "an answer is not kept";
}

TEST_F(ControlServerTest, AsksOtherQuestionsApart) {
  Start();
  Ask("192.0.2.1:1");
  Ask("192.0.2.2:1");
  Ask("192.0.2.1:1", "another player");
  Ask("192.0.2.1:1", "player", Direction::kIncoming);
  Ask("192.0.2.1:1", "player", Direction::kIncoming);
  ASSERT_TRUE(testing::RunUntil(loop_, [this] { return held_.size() == 5; }));
  AnswerHeld();
  EXPECT_TRUE(testing::RunUntil(loop_, [this] { return answers_ == 5; }));
}

}  // namespace
}  // namespace weir::service

#include "http/client.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "conversation.h"
#include "http/server_session.h"
#include "net/tcp_listener.h"
#include "support/run_until.h"
#include "support/scripted_session.h"

namespace weir::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;

/// A client, and a server of our own on the same loop.
class ClientTest : public ::testing::Test {
 protected:
  void SetUp() override { Serve(MakeServerFactory(handler_, limits_)); }

  void Serve(net::SessionFactory factory) {
    listener_ = std::make_unique<net::TcpListener>(
        loop_, net::ListenOptions{.address = "127.0.0.1", .component = "test"},
        [this, factory = std::move(factory)](net::ByteOutput& output, const net::Peer& peer,
                                             Clock::time_point now) {
          ++connections_;
          return factory(output, peer, now);
        });
    ASSERT_TRUE(listener_->Listen());
  }

  Url UrlOf(const std::string& target) const {
    return {.host = "127.0.0.1", .port = listener_->port(), .target = target};
  }

  /// Asks, and keeps the answer at `index` of answers_.
  size_t Ask(const std::string& target, Clock::duration patience = seconds(20)) {
    const size_t index = answers_.size();
    answers_.emplace_back();
    client_->Send(UrlOf(target), {.method = "POST", .body = "?"}, patience,
                  [this, index](Result<ClientResponse> answer) {
                    EXPECT_FALSE(answers_[index]) << "answered twice";
                    answers_[index] = std::move(answer);
                  });
    EXPECT_FALSE(answers_[index]) << "never inside the call";
    return index;
  }

  bool RunUntilAnswered() {
    return testing::RunUntil(loop_, [this] {
      return std::all_of(answers_.begin(), answers_.end(),
                         [](const auto& answer) { return answer.has_value(); });
    });
  }

  std::string BodyOf(size_t index) {
    const auto& answer = *answers_.at(index);
    return answer ? answer->body : "error: " + answer.error().detail;
  }

  net::EventLoop loop_;
  ServerLimits limits_;
  EchoHandler handler_;
  int connections_ = 0;
  std::unique_ptr<net::TcpListener> listener_;
  std::vector<std::optional<Result<ClientResponse>>> answers_;
  std::unique_ptr<Client> client_ = std::make_unique<Client>(loop_, ClientOptions{});
};

TEST_F(ClientTest, AsksOverAndOverOnOneConnection) {
  for (int i = 0; i < 3; ++i) {
    const size_t index = Ask("/" + std::to_string(i));
    ASSERT_TRUE(RunUntilAnswered());
    EXPECT_EQ(BodyOf(index), "/" + std::to_string(i) + "?");
  }
  EXPECT_EQ(connections_, 1);
  EXPECT_EQ(handler_.requests.at(0).host, "127.0.0.1");
}

TEST_F(ClientTest, OpensNoMoreThanItsConnections) {
  client_ = std::make_unique<Client>(loop_, ClientOptions{.connections_max = 2});
  for (int i = 0; i < 10; ++i)
    Ask("/" + std::to_string(i));
  ASSERT_TRUE(RunUntilAnswered());
  for (size_t i = 0; i < 10; ++i)
    EXPECT_EQ(BodyOf(i), "/" + std::to_string(i) + "?");
  EXPECT_EQ(connections_, 2);
}

TEST_F(ClientTest, KeepsFewConnectionsForLater) {
  client_ = std::make_unique<Client>(loop_, ClientOptions{.idle_max = 1});
  for (int i = 0; i < 5; ++i)
    Ask("/x");
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_EQ(connections_, 5);
  EXPECT_TRUE(testing::RunUntil(loop_, [this] { return listener_->connections() == 1; }));
}

TEST_F(ClientTest, FailsWhoIsTooMuch) {
  client_ = std::make_unique<Client>(loop_, ClientOptions{.calls_max = 1});
  Ask("/wait");
  const size_t second = Ask("/x");
  ASSERT_TRUE(testing::RunUntil(loop_, [&] { return answers_[second].has_value(); }));
  EXPECT_EQ(answers_[second]->error().code, ErrorCode::kLimitExceeded);
  EXPECT_FALSE(answers_[0]);
}

TEST_F(ClientTest, WaitsNoLongerThanItsPatience) {
  client_ = std::make_unique<Client>(loop_, ClientOptions{.connections_max = 1});
  const size_t slow = Ask("/wait", milliseconds(50));
  const size_t queued = Ask("/wait", milliseconds(50));
  ASSERT_TRUE(RunUntilAnswered());
  for (const size_t index : {slow, queued}) {
    EXPECT_EQ(answers_[index]->error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(BodyOf(index), HasSubstr("too long"));
  }
  const size_t next = Ask("/x");
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_EQ(BodyOf(next), "/x?");
}

TEST_F(ClientTest, SaysWhyThereIsNoConnection) {
  const uint16_t port = listener_->port();
  listener_.reset();
  answers_.emplace_back();
  client_->Send({.host = "127.0.0.1", .port = port, .target = "/"}, {}, seconds(20),
                [this](Result<ClientResponse> answer) { answers_[0] = std::move(answer); });
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_THAT(BodyOf(0), HasSubstr("cannot connect"));
}

TEST_F(ClientTest, AsksByHttpsOnlyWhereItKnowsWhomToTrust) {
  answers_.emplace_back();
  client_->Send({.secure = true, .host = "127.0.0.1", .port = listener_->port(), .target = "/"}, {},
                seconds(20),
                [this](Result<ClientResponse> answer) { answers_[0] = std::move(answer); });
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_EQ(answers_[0]->error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(connections_, 0);
}

/// A server that closes a kept connection at the second request on it.
net::SessionFactory ClosesAtTheSecond(int& requests) {
  return
      [&requests](net::ByteOutput& output, const net::Peer& /*peer*/, Clock::time_point /*now*/) {
        auto session = std::make_unique<testing::ScriptedSession>();
        session->on_bytes = [&requests, &output,
                             asked = 0](std::span<const uint8_t> /*bytes*/) mutable -> Status {
          ++requests;
          if (++asked == 2) return Fail(ErrorCode::kEnded, "enough");
          output.Write(SharedBytes(std::string("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")));
          return {};
        };
        return session;
      };
}

TEST_F(ClientTest, AsksAgainWhereAKeptConnectionWasClosed) {
  int requests = 0;
  Serve(ClosesAtTheSecond(requests));
  Ask("/1");
  ASSERT_TRUE(RunUntilAnswered());
  Ask("/2");
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_EQ(BodyOf(1), "ok");
  EXPECT_EQ(requests, 3);
  EXPECT_EQ(connections_, 2);
}

TEST_F(ClientTest, DoesNotSendTwiceWhatMayNotBe) {
  int requests = 0;
  Serve(ClosesAtTheSecond(requests));
  Ask("/1");
  ASSERT_TRUE(RunUntilAnswered());
  answers_.emplace_back();
  client_->Send(UrlOf("/2"), {.method = "POST", .body = "?", .repeatable = false}, seconds(20),
                [this](Result<ClientResponse> answer) { answers_[1] = std::move(answer); });
  ASSERT_TRUE(RunUntilAnswered());
  EXPECT_FALSE(*answers_[1]);
  EXPECT_EQ(requests, 2);
}

TEST_F(ClientTest, MayBeDestroyedInsideAnAnswer) {
  bool answered = false;
  client_->Send(UrlOf("/x"), {}, seconds(20), [&](const Result<ClientResponse>& answer) {
    EXPECT_TRUE(answer);
    client_.reset();
    answered = true;
  });
  EXPECT_TRUE(testing::RunUntil(loop_, [&] { return answered; }));
  EXPECT_TRUE(testing::RunUntil(loop_, [this] { return listener_->connections() == 0; }));
}

TEST_F(ClientTest, ItsEndIsNoAnswer) {
  Ask("/wait");
  ASSERT_TRUE(testing::RunUntil(loop_, [this] { return handler_.waiting.size() == 1; }));
  client_.reset();
  EXPECT_TRUE(testing::RunUntil(loop_, [this] { return listener_->connections() == 0; }));
  EXPECT_FALSE(answers_[0]);
}

}  // namespace
}  // namespace weir::http

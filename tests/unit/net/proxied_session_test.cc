#include "net/proxied_session.h"

#include <gmock/gmock.h>

#include "support/proxy_bytes.h"
#include "support/recording_output.h"
#include "support/scripted_session.h"

namespace weir::net {
namespace {

constexpr Clock::time_point kStart{std::chrono::hours(1)};
const std::string kLine = "PROXY TCP4 192.0.2.1 198.51.100.9 50123 1935\r\n";

class ProxiedSessionTest : public ::testing::Test {
 protected:
  ProxiedSessionTest() {
    const auto make = BehindProxy(
        [this](ByteOutput& made_output, const Peer& made_peer, Clock::time_point /*now*/) {
          EXPECT_EQ(&made_output, &output);
          auto scripted = std::make_unique<testing::ScriptedSession>();
          inner = scripted.get();
          peer = made_peer;
          return scripted;
        },
        [this](ByteOutput& of, const SocketAddress& client) {
          EXPECT_EQ(&of, &output);
          told = client.Text();
          return welcome;
        });
    session = make(output, {.address = "10.0.0.1:4000"}, kStart);
  }

  Status Send(std::string_view text) {
    return session->OnBytes({reinterpret_cast<const uint8_t*>(text.data()), text.size()}, kStart);
  }

  testing::RecordingOutput output;
  testing::ScriptedSession* inner = nullptr;
  Peer peer;
  std::string told;
  Status welcome;
  std::unique_ptr<ByteSession> session;
};

TEST_F(ProxiedSessionTest, MakesTheSessionOfTheClientThatIsNamed) {
  ASSERT_TRUE(Send(kLine.substr(0, 20)));
  EXPECT_EQ(inner, nullptr);
  ASSERT_TRUE(Send(kLine.substr(20)));
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(peer.address, "192.0.2.1:50123");
  EXPECT_EQ(told, "192.0.2.1:50123");
  EXPECT_EQ(inner->received, "");
  ASSERT_TRUE(Send("hello"));
  EXPECT_EQ(inner->received, "hello");
}

TEST_F(ProxiedSessionTest, PassesOnWhatCameWithTheHeader) {
  ASSERT_TRUE(Send(kLine + "hello"));
  EXPECT_EQ(inner->received, "hello");
}

TEST_F(ProxiedSessionTest, KeepsTheProxysOwnAddressWhereNoneIsGiven) {
  ASSERT_TRUE(Send(testing::ProxyBinary(0x20, 0, "") + "check"));
  EXPECT_EQ(peer.address, "10.0.0.1:4000");
  EXPECT_EQ(told, "");
  EXPECT_EQ(inner->received, "check");
}

TEST_F(ProxiedSessionTest, EndsWithoutAHeader) {
  const Status sent = Send("GET / HTTP/1.1\r\n");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(inner, nullptr);
}

TEST_F(ProxiedSessionTest, EndsWhenTheClientIsNotWelcome) {
  welcome = Fail(ErrorCode::kLimitExceeded, "too many");
  const Status sent = Send(kLine + "hello");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().detail, "too many");
  EXPECT_EQ(inner, nullptr);
}

TEST_F(ProxiedSessionTest, WaitsSoLongAndNoLonger) {
  ASSERT_TRUE(Send(kLine.substr(0, 20)));
  EXPECT_EQ(session->NextDeadline(), kStart + kProxyHeaderPatience);
  EXPECT_TRUE(session->OnWritable(kStart));
  const Status late = session->OnDeadline(kStart + kProxyHeaderPatience);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().detail, "no PROXY header came in time");
}

TEST_F(ProxiedSessionTest, IsTheInnerSessionFromThenOn) {
  ASSERT_TRUE(Send(kLine));
  EXPECT_EQ(session->NextDeadline(), std::nullopt);
  inner->deadline = kStart + std::chrono::seconds(9);
  EXPECT_EQ(session->NextDeadline(), inner->deadline);
  EXPECT_TRUE(session->OnDeadline(kStart + std::chrono::seconds(9)));
  EXPECT_EQ(inner->deadlines, 1);
  EXPECT_TRUE(session->OnWritable(kStart));
  EXPECT_EQ(inner->writables, 1);
  inner->on_bytes = [](auto /*bytes*/) { return Fail(ErrorCode::kMalformed, "its own reason"); };
  const Status sent = Send("x");
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().detail, "its own reason");
}

}  // namespace
}  // namespace weir::net

#include "net/tcp_client.h"

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "net/socket_options.h"
#include "raw_socket.h"
#include "support/run_until.h"
#include "support/scripted_session.h"
#include "test_server.h"

namespace weir::net {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using testing::ScriptedSession;

/// Whether "localhost" can be looked up without asking the network: not so in a bare chroot.
bool HasLocalhost() {
  std::ifstream file("/etc/hosts");
  const std::string hosts{std::istreambuf_iterator<char>(file), {}};
  return hosts.find("localhost") != std::string::npos;
}

/// A client with a scripted session, and the reasons it was told.
struct TestClient {
  explicit TestClient(EventLoop& the_loop) : loop(the_loop) {}

  void Connect(ConnectOptions options) {
    client = std::make_unique<TcpClient>(
        loop, std::move(options),
        [this](ByteOutput& made_output, const Peer& made_peer, Clock::time_point /*now*/) {
          auto scripted = std::make_unique<ScriptedSession>([this] { session = nullptr; });
          session = scripted.get();
          output = &made_output;
          peer = made_peer;
          if (on_session) on_session();
          return scripted;
        },
        [this](Error reason) {
          ended.push_back(std::move(reason));
          if (on_ended) on_ended();
        });
  }

  bool RunUntilEnded() {
    return testing::RunUntil(loop, [&] { return !ended.empty(); });
  }

  EventLoop& loop;
  ScriptedSession* session = nullptr;
  ByteOutput* output = nullptr;
  Peer peer;
  std::function<void()> on_session;
  std::function<void()> on_ended;
  std::vector<Error> ended;
  std::unique_ptr<TcpClient> client;
};

/// A port where nobody listens, at least just now.
uint16_t FreePort() {
  const auto socket = OpenListeningSocket(*SocketAddress::Parse("127.0.0.1", 0));
  return PortOf(*socket);
}

TEST(TcpClient, ConnectsAndTalks) {
  TestServer server;
  TestClient client(server.loop);
  client.on_session = [&] { client.output->Write(SharedBytes(std::string("hello"))); };
  client.Connect({.host = "127.0.0.1", .port = server.port()});
  EXPECT_EQ(client.session, nullptr) << "never inside the constructor";
  ASSERT_TRUE(
      server.RunUntil([&] { return server.made == 1 && server.session->received == "hello"; }));
  server.output->Write(SharedBytes(std::string("hi")));
  ASSERT_TRUE(server.RunUntil([&] { return client.session->received == "hi"; }));
  EXPECT_EQ(client.peer.address, fmt::format("127.0.0.1:{}", server.port()));

  server.listener.reset();
  ASSERT_TRUE(client.RunUntilEnded());
  EXPECT_EQ(client.ended[0].code, ErrorCode::kEnded);
  testing::RunFor(server.loop, milliseconds(5));
  EXPECT_EQ(client.ended.size(), 1U);
}

TEST(TcpClient, TriesEveryAddressOfAName) {
  if (!HasLocalhost()) GTEST_SKIP() << "/etc/hosts does not name localhost";
  TestServer server;  // on 127.0.0.1 alone, while localhost may be ::1 too
  TestClient client(server.loop);
  client.Connect({.host = "localhost", .port = server.port()});
  EXPECT_TRUE(server.RunUntilOpen(1));
}

TEST(TcpClient, SaysWhereItCouldNotConnect) {
  EventLoop loop;
  TestClient client(loop);
  const uint16_t port = FreePort();
  client.Connect({.host = "127.0.0.1", .port = port});
  EXPECT_TRUE(client.ended.empty());
  ASSERT_TRUE(client.RunUntilEnded());
  EXPECT_EQ(client.ended[0].code, ErrorCode::kUnavailable);
  EXPECT_EQ(client.ended[0].detail,
            fmt::format("cannot connect to 127.0.0.1:{}: connection refused", port));
}

TEST(TcpClient, SaysWhichNameItCouldNotFind) {
  EventLoop loop;
  TestClient client(loop);
  client.Connect({.host = std::string(300, 'a'), .port = 1});  // too long for any name
  EXPECT_TRUE(client.ended.empty());
  ASSERT_TRUE(client.RunUntilEnded());
  EXPECT_EQ(client.ended[0].code, ErrorCode::kUnavailable);
  EXPECT_THAT(client.ended[0].detail, HasSubstr("cannot look up aaaa"));
}

TEST(TcpClient, GivesUpWhenItsPatienceEnds) {
  // The kernel lets no more in than fit the backlog: whoever comes later hears nothing.
  OwnedFd full(::socket(AF_INET, SOCK_STREAM, 0));
  const SocketAddress any = *SocketAddress::Parse("127.0.0.1", 0);
  ASSERT_EQ(::bind(full.get(), any.get(), any.size()), 0);
  ASSERT_EQ(::listen(full.get(), 0), 0);
  EventLoop loop;
  RawSocket fills(PortOf(full));
  TestClient client(loop);
  client.Connect({.host = "127.0.0.1", .port = PortOf(full), .patience = milliseconds(50)});
  ASSERT_TRUE(client.RunUntilEnded());
  EXPECT_THAT(client.ended[0].detail, HasSubstr("connection timed out"));
}

TEST(TcpClient, KeepsTheSessionUntilItHasToldTheEnd) {
  TestServer server;
  TestClient client(server.loop);
  bool alive = false;
  client.on_ended = [&] { alive = client.session != nullptr; };
  client.on_session = [&] {
    client.session->on_bytes = [](auto /*bytes*/) -> Status {
      return Fail(ErrorCode::kRefused, "not you");
    };
  };
  client.Connect({.host = "127.0.0.1", .port = server.port()});
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.output->Write(SharedBytes(std::string("x")));
  ASSERT_TRUE(client.RunUntilEnded());
  EXPECT_EQ(client.ended[0].code, ErrorCode::kRefused);
  EXPECT_TRUE(alive);
  EXPECT_TRUE(server.RunUntilOpen(0));
}

TEST(TcpClient, MayBeDestroyedInsideItsEnd) {
  EventLoop loop;
  TestClient client(loop);
  client.on_ended = [&] { client.client.reset(); };
  client.Connect({.host = "127.0.0.1", .port = FreePort()});
  EXPECT_TRUE(client.RunUntilEnded());
}

TEST(TcpClient, MayBeReplacedInsideItsEnd) {
  TestServer server;
  TestClient client(server.loop);
  client.on_ended = [&] { client.Connect({.host = "127.0.0.1", .port = server.port()}); };
  client.Connect({.host = "127.0.0.1", .port = FreePort()});
  EXPECT_TRUE(server.RunUntilOpen(1));
}

TEST(TcpClient, MayBeDestroyedAtAnyPoint) {
  TestServer server;
  TestClient client(server.loop);
  client.on_ended = [] { FAIL(); };
  for (const char* host : {HasLocalhost() ? "localhost" : "127.0.0.1", "127.0.0.1"}) {
    client.Connect({.host = host, .port = server.port()});
    client.client.reset();  // at once
    client.Connect({.host = host, .port = server.port()});
    server.loop.Post([&] { client.client.reset(); });  // looking up, or connecting
    EXPECT_TRUE(server.RunUntil([&] { return client.client == nullptr; }));
    client.Connect({.host = host, .port = server.port()});
    EXPECT_TRUE(server.RunUntil([&] { return client.session != nullptr; }));
    client.client.reset();  // talking
    EXPECT_EQ(client.session, nullptr);
  }
  client.Connect({.host = std::string(300, 'a'), .port = 1});
  client.client.reset();  // when the name was refused already
  EXPECT_TRUE(server.RunUntilOpen(0));
}

TEST(TcpClient, MayBeDestroyedInsideACallOfItsSession) {
  TestServer server;
  TestClient client(server.loop);
  client.on_session = [&] {
    client.session->on_bytes = [&](auto /*bytes*/) -> Status {
      client.client.reset();
      EXPECT_NE(client.session, nullptr) << "not under its own feet";
      return Fail(ErrorCode::kMalformed, "too late to matter");
    };
  };
  client.on_ended = [] { FAIL(); };
  client.Connect({.host = "127.0.0.1", .port = server.port()});
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.output->Write(SharedBytes(std::string("x")));
  EXPECT_TRUE(server.RunUntilOpen(0));
  EXPECT_EQ(client.session, nullptr);
}

TEST(TcpClient, MayBeDestroyedAsItsSessionIsMade) {
  TestServer server;
  TestClient client(server.loop);
  client.on_ended = [] { FAIL(); };
  bool made = false;
  client.on_session = [&] {
    made = true;
    client.client.reset();
  };
  client.Connect({.host = "127.0.0.1", .port = server.port()});
  EXPECT_TRUE(server.RunUntil([&] { return made; }));
  EXPECT_TRUE(server.RunUntil([&] { return client.session == nullptr; }));
}

}  // namespace
}  // namespace weir::net

#include "net/tcp_listener.h"

#include <dirent.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/resource.h>

#include "base/log.h"
#include "net/socket_options.h"
#include "raw_socket.h"
#include "test_server.h"

namespace weir::net {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

TEST(TcpListener, SaysWhyItCannotListen) {
  // A socket without SO_REUSEPORT shares with nobody.
  OwnedFd taken(::socket(AF_INET, SOCK_STREAM, 0));
  const SocketAddress any = *SocketAddress::Parse("127.0.0.1", 0);
  ASSERT_EQ(::bind(taken.get(), any.get(), any.size()), 0);
  ASSERT_EQ(::listen(taken.get(), 1), 0);
  const uint16_t port = PortOf(taken);

  TestServer server({.port = port});
  ASSERT_FALSE(server.status);
  EXPECT_EQ(server.status.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(server.status.error().detail,
            fmt::format("cannot listen on 127.0.0.1:{}: address already in use", port));
}

TEST(TcpListener, RefusesWhatIsNoAddress) {
  TestServer server({.address = "localhost", .port = 1});
  ASSERT_FALSE(server.status);
  EXPECT_EQ(server.status.error().detail,
            "cannot listen on localhost:1: not a numeric address: localhost");
}

TEST(TcpListener, SharesItsPortWithItsLike) {
  TestServer first;
  ASSERT_TRUE(first.status);
  ASSERT_NE(first.port(), 0);
  TestServer second({.port = first.port()});
  EXPECT_TRUE(second.status);
  EXPECT_EQ(second.port(), first.port());
}

TEST(TcpListener, TakesIpv4OnIpv6) {
  TestServer server({.address = "::"});
  if (!server.status) GTEST_SKIP() << server.status.error().detail;
  RawSocket client(server.port());
  ASSERT_TRUE(client.connected());
  ASSERT_TRUE(server.RunUntilOpen(1));
  EXPECT_THAT(server.last_peer.address, MatchesRegex("127\\.0\\.0\\.1:[0-9]+"));
}

TEST(TcpListener, ClosesConnectionsPastItsMostAndSaysSoOnce) {
  TestServer server({.connections_max = 2});
  RawSocket one(server.port());
  RawSocket two(server.port());
  ASSERT_TRUE(server.RunUntilOpen(2));
  RawSocket three(server.port());
  RawSocket four(server.port());
  ::testing::internal::CaptureStdout();
  ASSERT_TRUE(server.RunUntil([&] { return three.ReadToEnd() && four.ReadToEnd(); }));
  const std::string lines = ::testing::internal::GetCapturedStdout();
  EXPECT_THAT(lines, HasSubstr("refused 1 connections: 2 are open"));
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 1);
  EXPECT_EQ(server.made, 2);

  one.CloseWriting();
  ASSERT_TRUE(server.RunUntilOpen(1));
  RawSocket five(server.port());
  EXPECT_TRUE(server.RunUntilOpen(2));
}

TEST(TcpListener, GoesOnWithWhatIsConnectedWhenItStopsAccepting) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.listener->StopAccepting();
  client.Send("still here");
  EXPECT_TRUE(server.RunUntil([&] { return server.session->received == "still here"; }));
  EXPECT_FALSE(RawSocket(server.port()).connected());
}

TEST(TcpListener, StopsAcceptingFromInsideASession) {
  TestServer server;
  server.on_session = [&](auto& /*session*/, auto& /*output*/) {
    server.listener->StopAccepting();
  };
  RawSocket one(server.port());
  RawSocket two(server.port());
  EXPECT_TRUE(server.RunUntilOpen(1));
  EXPECT_TRUE(server.RunUntil([&] { return two.ReadToEnd(); }));
  EXPECT_EQ(server.made, 1);
}

TEST(TcpListener, DropsItsConnectionsWhenItGoes) {
  TestServer server;
  RawSocket client(server.port());
  ASSERT_TRUE(server.RunUntilOpen(1));
  server.output->Write(SharedBytes(std::string(10'000'000, 'x')));  // some of it in flight
  testing::RunFor(server.loop, milliseconds(5));
  server.listener.reset();
  EXPECT_EQ(server.destroyed, 1);
  EXPECT_TRUE(server.RunUntil([&] { return client.ReadToEnd(); }));
}

TEST(TcpListener, MayGoInsideACallOfItsSession) {
  TestServer server;
  bool went_on = false;
  server.on_session = [&](testing::ScriptedSession& session, ByteOutput& output) {
    session.on_bytes = [&](auto /*bytes*/) {
      server.listener.reset();
      output.Write(SharedBytes(std::string("in vain")));
      EXPECT_EQ(server.destroyed, 0) << "not under its own feet";
      went_on = true;
      return Status{};
    };
  };
  RawSocket client(server.port());
  client.Send("x");
  EXPECT_TRUE(server.RunUntil([&] { return went_on && client.ReadToEnd(); }));
  EXPECT_EQ(server.destroyed, 1);
}

TEST(TcpListener, OpensAndClosesAThousandConnectionsAndLeavesNoHandle) {
  constexpr size_t kConnections = 1000;
  log::Configure(log::Level::kWarn, log::Format::kText);  // else a line for every reset
  TestServer server;
  {
    std::vector<std::unique_ptr<RawSocket>> clients;
    for (size_t i = 0; i < kConnections; ++i) {
      clients.push_back(std::make_unique<RawSocket>(server.port()));
      ASSERT_TRUE(clients.back()->connected());
      clients.back()->Send("hello");
    }
    ASSERT_TRUE(server.RunUntilOpen(kConnections));
    for (size_t i = 0; i < kConnections; i += 3)
      clients[i]->Reset();
  }
  ASSERT_TRUE(server.RunUntilOpen(0));
  log::Configure(log::Level::kInfo, log::Format::kText);
  EXPECT_EQ(server.made, static_cast<int>(kConnections));
  EXPECT_EQ(server.destroyed, static_cast<int>(kConnections));
  // ~EventLoop checks that uv_loop_close() finds nothing left.
}

TEST(TcpListener, LimitsTheConnectionsOfOneClient) {
  ConnectionCap cap(2, {});
  TestServer server({.cap = &cap});
  RawSocket one(server.port());
  RawSocket two(server.port());
  ASSERT_TRUE(server.RunUntilOpen(2));
  RawSocket three(server.port());
  ::testing::internal::CaptureStdout();
  ASSERT_TRUE(server.RunUntil([&] { return three.ReadToEnd(); }));
  EXPECT_THAT(::testing::internal::GetCapturedStdout(),
              HasSubstr("refused 1 connections: this client has 2 open"));
  one.CloseWriting();
  ASSERT_TRUE(server.RunUntilOpen(1));
  RawSocket four(server.port());
  EXPECT_TRUE(server.RunUntilOpen(2));
}

class ProxiedTcpListener : public ::testing::Test {
 protected:
  static Networks Of(const char* text) { return Networks({*Network::Parse(text)}); }

  Networks proxies = Of("127.0.0.0/8");
};

TEST_F(ProxiedTcpListener, TakesTheClientsAddressFromTheHeader) {
  TestServer server({.proxies = &proxies});
  RawSocket client(server.port());
  client.Send("PROXY TCP4 192.0.2.1 192.0.2.9 50123 1935\r\nhello");
  ASSERT_TRUE(server.RunUntil([&] { return server.session != nullptr; }));
  EXPECT_EQ(server.last_peer.address, "192.0.2.1:50123");
  EXPECT_TRUE(server.RunUntil([&] { return server.session->received == "hello"; }));
  server.session->on_bytes = [](auto /*bytes*/) { return Fail(ErrorCode::kMalformed, "nonsense"); };
  ::testing::internal::CaptureStdout();
  client.Send("x");
  ASSERT_TRUE(server.RunUntilOpen(0));
  EXPECT_THAT(::testing::internal::GetCapturedStdout(),
              HasSubstr("[192.0.2.1:50123] connection ended: nonsense"));
}

TEST_F(ProxiedTcpListener, RefusesStrangersHoweverWellTheyForge) {
  proxies = Of("10.0.0.0/8");
  TestServer server({.proxies = &proxies});
  ::testing::internal::CaptureStdout();
  RawSocket client(server.port());
  client.Send("PROXY TCP4 10.0.0.1 192.0.2.9 50123 1935\r\nhello");
  ASSERT_TRUE(server.RunUntil([&] { return client.ReadToEnd(); }));
  EXPECT_THAT(::testing::internal::GetCapturedStdout(),
              HasSubstr("refused 1 connections: not from a network that may send PROXY headers"));
  EXPECT_EQ(server.made, 0);
}

TEST_F(ProxiedTcpListener, EndsConnectionsWithoutAHeader) {
  TestServer server({.proxies = &proxies});
  ::testing::internal::CaptureStdout();
  RawSocket client(server.port());
  client.Send("hello");
  ASSERT_TRUE(server.RunUntil([&] { return client.ReadToEnd(); }));
  EXPECT_THAT(::testing::internal::GetCapturedStdout(), HasSubstr("PROXY header: there is none"));
  EXPECT_EQ(server.made, 0);
}

TEST_F(ProxiedTcpListener, LimitsWhoIsBehindTheProxyAndNotTheProxy) {
  ConnectionCap cap(1, {});
  TestServer server({.proxies = &proxies, .cap = &cap});
  RawSocket one(server.port());
  one.Send("PROXY TCP4 192.0.2.1 192.0.2.9 1 1935\r\n");
  ASSERT_TRUE(server.RunUntil([&] { return server.made == 1; }));
  RawSocket two(server.port());
  two.Send("PROXY TCP4 192.0.2.2 192.0.2.9 2 1935\r\n");
  ASSERT_TRUE(server.RunUntil([&] { return server.made == 2; }));
  ::testing::internal::CaptureStdout();
  RawSocket three(server.port());
  three.Send("PROXY TCP4 192.0.2.1 192.0.2.9 3 1935\r\n");
  ASSERT_TRUE(server.RunUntil([&] { return three.ReadToEnd(); }));
  EXPECT_THAT(::testing::internal::GetCapturedStdout(),
              HasSubstr("[192.0.2.1:3] refused 1 connections: this client has 1 open"));
  EXPECT_EQ(server.made, 2);
  one.CloseWriting();
  ASSERT_TRUE(server.RunUntilOpen(1));
  RawSocket four(server.port());
  four.Send("PROXY TCP4 192.0.2.1 192.0.2.9 4 1935\r\n");
  EXPECT_TRUE(server.RunUntil([&] { return server.made == 3; }));
}

/// One more than the highest descriptor in use.
rlim_t DescriptorsInUse() {
  rlim_t most = 0;
  DIR* directory = ::opendir("/proc/self/fd");
  while (const dirent* entry = ::readdir(directory))
    most = std::max<rlim_t>(most, std::strtoul(entry->d_name, nullptr, 10));
  ::closedir(directory);
  return most;
}

TEST(TcpListener, RestsWithoutSpinningWhenOutOfDescriptorsAndGoesOnAfterwards) {
  TestServer server;
  RawSocket client(server.port());
  ::testing::internal::CaptureStdout();
  std::vector<OwnedFd> fill;  // every hole below the limit
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  rlimit tight = before;
  tight.rlim_cur = DescriptorsInUse() + 1;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &tight), 0);
  for (OwnedFd fd(::dup(0)); fd.valid(); fd = OwnedFd(::dup(0)))
    fill.push_back(std::move(fd));

  int turns = 0;
  uv_prepare_t count{};
  uv_prepare_init(&server.loop.uv(), &count);
  count.data = &turns;
  uv_prepare_start(&count, [](uv_prepare_t* handle) { ++*static_cast<int*>(handle->data); });
  testing::RunFor(server.loop, milliseconds(150));
  fill.clear();
  setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_EQ(server.made, 0);
  EXPECT_LT(turns, 400) << "RunFor itself looks every millisecond";

  EXPECT_TRUE(server.RunUntilOpen(1)) << "the client waited in the backlog";
  EXPECT_THAT(::testing::internal::GetCapturedStdout(),
              HasSubstr("cannot accept for now: too many open files"));
  uv_close(reinterpret_cast<uv_handle_t*>(&count), nullptr);
  testing::RunFor(server.loop, milliseconds(2));
}

}  // namespace
}  // namespace weir::net

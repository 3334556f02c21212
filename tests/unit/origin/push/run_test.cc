#include "origin/push/run.h"

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "crypto/random.h"
#include "media/codec_config.h"
#include "net/owned_fd.h"
#include "net/tcp_listener.h"
#include "net/tls_context.h"
#include "protocols/rtmp/server_session.h"
#include "stream/stream.h"
#include "support/fake_gate.h"
#include "support/run_until.h"
#include "support/sample_media.h"
#include "support/scripted_session.h"
#include "support/test_certificate.h"
#include "support/ts_packets.h"

namespace weir::push {
namespace {

using media::CodecId;
using std::chrono::milliseconds;

const stream::StreamPath kPath{.vhost = "default", .app = "app", .name = "cam"};

media::Track Make(media::TrackId id, CodecId codec, const SharedBytes& config) {
  const auto track = media::ReadCodecConfig(codec, id, config);
  EXPECT_TRUE(track.has_value());
  return track.value_or(media::Track{});
}

std::shared_ptr<const media::TrackList> Tracks() {
  media::TrackList list;
  list.tracks = {Make(0, CodecId::kH264, sample::Bytes(sample::kAvcConfig720p)),
                 Make(1, CodecId::kAac, sample::Bytes(sample::kAacConfig44100Stereo))};
  list.run = media::Run{.id = "0"};
  return std::make_shared<const media::TrackList>(std::move(list));
}

/// A stream that is published by hand, a picture and a sound at a time.
class Source {
 public:
  Source(net::EventLoop& loop, stream::Registry& registry)
      : registry_(registry), stream_(kPath, loop, {}) {
    EXPECT_TRUE(registry.Claim(kPath, stream_.ref()));
    stream_.OnTracks(Tracks());
  }

  ~Source() { registry_.Release(kPath, stream_.ref()); }

  void Publish() {
    auto picture = std::make_shared<media::Frame>();
    picture->dts = picture->pts = FromTicks<1000>(count_ * 40);
    picture->duration = FromTicks<1000>(40);
    picture->key = count_ % 5 == 0;
    if (picture->key) picture->mark = media::SegmentMark{.number = count_ / 5, .utc = {}};
    picture->payload = picture->key ? sample::Bytes(sample::kAvcKeyFrame720p)
                                    : sample::Bytes(sample::kAvcFrame720p);
    auto sound = std::make_shared<media::Frame>();
    sound->track = 1;
    sound->key = true;
    sound->dts = sound->pts = FromTicks<1000>(count_ * 40 + 5);
    sound->duration = FromTicks<1000>(23);
    sound->payload = sample::Bytes(sample::kAacFrame);
    ++count_;
    stream_.OnFrame(std::move(picture));
    stream_.OnFrame(std::move(sound));
  }

  void End() { stream_.OnEnd(media::EndReason::kFinished); }

 private:
  stream::Registry& registry_;
  stream::Stream stream_;
  int64_t count_ = 0;
};

/// An RTMP server that takes everything in.
class Server {
 public:
  explicit Server(net::EventLoop& loop, uint16_t port = 0,
                  const net::TlsServerContext* tls = nullptr)
      : listener_(loop, {.address = "127.0.0.1", .port = port, .component = "test", .tls = tls},
                  [this](net::ByteOutput& output, const net::Peer& peer, Clock::time_point now) {
                    return std::make_unique<rtmp::ServerSession>(
                        output, peer, now,
                        rtmp::ServerContext{.gate = gate, .options = options_, .random = random_});
                  }) {
    EXPECT_TRUE(listener_.Listen());
  }

  uint16_t port() const { return listener_.port(); }

  size_t frames() const {
    return gate.publishers.empty() ? 0 : gate.publishers.back()->sink.frames().size();
  }

  test::FakeGate gate;

 private:
  rtmp::Options options_;
  rtmp::RandomSource random_ = crypto::FillRandom;
  net::TcpListener listener_;
};

class PushRun : public ::testing::Test {
 protected:
  PushRun() { EXPECT_TRUE(tls_.Load()); }

  ~PushRun() override {
    run_.reset();
    testing::RunFor(loop_, milliseconds(1));  // what closes late
  }

  Order OrderTo(const std::string& protocol, const std::string& url) {
    auto destination = ReadDestination(protocol, url, "key");
    EXPECT_TRUE(destination) << destination.error().detail;
    return {.id = "one",
            .stream = kPath,
            .tracks = {},
            .names = {},
            .destination = *std::move(destination),
            .patience = patience_};
  }

  void Start(const std::string& protocol, const std::string& url, const Progress& before = {}) {
    run_ = std::make_unique<push::Run>(
        RunContext{.sender = {.loop = loop_, .tls = tls_, .random = random_},
                   .streams = registry_,
                   .utc = [] { return UtcTime(std::chrono::seconds(1'000)); },
                   .random = [] { return 0.0; }},
        OrderTo(protocol, url), before, [this](const Progress& progress) {
          progress_ = progress;
          states_.push_back(progress.state);
        });
  }

  std::string RtmpUrl(uint16_t port) const {
    return "rtmp://127.0.0.1:" + std::to_string(port) + "/live";
  }

  /// Publishes a picture now and then until `done`.
  bool RunUntil(const std::function<bool()>& done) {
    return testing::RunUntil(loop_, [&] {
      if (source_ != nullptr && ++turns_ % 5 == 0) source_->Publish();
      return done();
    });
  }

  bool RunUntilState(State state) {
    return RunUntil([&] { return progress_.state == state; });
  }

  net::EventLoop loop_;
  stream::Registry registry_;
  testing::TestCertificate certificate_;
  net::TlsClientContext tls_{
      {.ca_file = certificate_.certificate_file(), .server_name = {}, .alpn = {}}};
  rtmp::RandomSource random_ = crypto::FillRandom;
  Patience patience_{.connect = milliseconds(300), .send = milliseconds(500)};
  Progress progress_;
  std::vector<State> states_;
  int turns_ = 0;
  std::unique_ptr<Source> source_ = std::make_unique<Source>(loop_, registry_);
  std::unique_ptr<push::Run> run_;
};

TEST_F(PushRun, PushesToAServerAndSaysGoodBye) {
  Server server(loop_);
  Start("rtmp", RtmpUrl(server.port()));
  ASSERT_TRUE(RunUntil([&] { return server.frames() >= 20; }));
  EXPECT_EQ(states_.front(), State::kConnecting);
  EXPECT_EQ(server.gate.requests.at(0).app, "live");
  EXPECT_EQ(server.gate.requests.at(0).stream, "key");
  EXPECT_TRUE(server.gate.publishers[0]->sink.frames(0).at(0)->key);
  ASSERT_TRUE(RunUntil([&] { return progress_.sent_bytes > 0; }));
  EXPECT_EQ(progress_.state, State::kPushing);
  EXPECT_EQ(progress_.reason, "");
  EXPECT_EQ(progress_.total_sent_bytes, progress_.sent_bytes);
  EXPECT_GT(progress_.sent_time, milliseconds(0));
  EXPECT_EQ(progress_.sequence, 0);
  EXPECT_TRUE(progress_.started);
  bool stopped = false;
  run_->Stop([&] {
    stopped = true;
    run_.reset();
  });
  ASSERT_TRUE(RunUntil([&] { return stopped; }));
  ASSERT_TRUE(RunUntil([&] { return server.gate.publishers[0]->sink.end().has_value(); }));
  EXPECT_EQ(server.gate.publishers[0]->sink.end(), media::EndReason::kFinished);
}

TEST_F(PushRun, WaitsForTheStreamAndComesBackWithIt) {
  Server server(loop_);
  source_.reset();
  Start("rtmp", RtmpUrl(server.port()), {.total_sent_bytes = 1'000'000, .sequence = 3});
  testing::RunFor(loop_, milliseconds(50));
  EXPECT_TRUE(states_.empty()) << "nothing has changed";
  source_ = std::make_unique<Source>(loop_, registry_);
  ASSERT_TRUE(RunUntilState(State::kPushing));
  ASSERT_TRUE(RunUntil([&] { return server.frames() > 0; }));
  source_->End();
  source_.reset();
  ASSERT_TRUE(RunUntilState(State::kReady));
  EXPECT_EQ(progress_.sequence, 4);
  EXPECT_TRUE(progress_.finished);
  EXPECT_EQ(progress_.reason, "");
  EXPECT_GT(progress_.total_sent_bytes, 1'000'000U);
  EXPECT_EQ(server.gate.publishers[0]->sink.end(), media::EndReason::kFinished);
  source_ = std::make_unique<Source>(loop_, registry_);
  ASSERT_TRUE(RunUntilState(State::kPushing));
  ASSERT_TRUE(RunUntil([&] { return server.gate.publishers.size() == 2 && server.frames() > 0; }));
}

TEST_F(PushRun, ATargetThatComesLateIsFound) {
  uint16_t port = 0;
  {
    const Server gone(loop_);
    port = gone.port();
  }
  testing::RunFor(loop_, milliseconds(1));
  Start("rtmp", RtmpUrl(port));
  ASSERT_TRUE(RunUntilState(State::kError));
  EXPECT_NE(progress_.reason.find("connection refused"), std::string::npos) << progress_.reason;
  EXPECT_EQ(progress_.sequence, 1);
  const Server server(loop_, port);
  ASSERT_TRUE(RunUntil([&] { return server.frames() > 0; }));
  EXPECT_EQ(progress_.state, State::kPushing);
  EXPECT_EQ(progress_.reason, "");
}

TEST_F(PushRun, ATargetThatNeverAnswersIsGivenUpAndTriedAgain) {
  net::TcpListener silent(loop_, {.address = "127.0.0.1", .component = "test"},
                          [](net::ByteOutput&, const net::Peer&, Clock::time_point) {
                            return std::make_unique<testing::ScriptedSession>([] {});
                          });
  ASSERT_TRUE(silent.Listen());
  Start("rtmp", RtmpUrl(silent.port()));
  ASSERT_TRUE(RunUntilState(State::kError));
  EXPECT_NE(progress_.reason.find("300 ms"), std::string::npos) << progress_.reason;
  ASSERT_TRUE(RunUntil([&] { return progress_.sequence >= 2; })) << "not tried again";
  bool stopped = false;
  run_->Stop([&] { stopped = true; });
  EXPECT_TRUE(RunUntil([&] { return stopped; }));
}

TEST_F(PushRun, ARefusalIsShownWithItsReason) {
  Server server(loop_);
  server.gate.refusal = Error{.code = ErrorCode::kRefused, .detail = "not you"};
  Start("rtmp", RtmpUrl(server.port()));
  ASSERT_TRUE(RunUntilState(State::kError));
  EXPECT_NE(progress_.reason.find("NetStream.Publish"), std::string::npos) << progress_.reason;
  EXPECT_EQ(progress_.reason.find("key"), std::string::npos) << "the stream key was shown";
}

TEST_F(PushRun, RtmpsNeedsAGoodCertificate) {
  net::TlsServerContext good({.certificate_file = certificate_.certificate_file(),
                              .key_file = certificate_.key_file(),
                              .chain_file = {},
                              .alpn = {}});
  ASSERT_TRUE(good.Load());
  const Server server(loop_, 0, &good);
  const std::string url = "rtmps://127.0.0.1:" + std::to_string(server.port()) + "/live";
  Start("rtmp", url);
  ASSERT_TRUE(RunUntil([&] { return server.frames() > 0; })) << progress_.reason;

  const testing::TestCertificate unknown;
  net::TlsServerContext bad({.certificate_file = unknown.certificate_file(),
                             .key_file = unknown.key_file(),
                             .chain_file = {},
                             .alpn = {}});
  ASSERT_TRUE(bad.Load());
  const Server impostor(loop_, 0, &bad);
  Start("rtmp", "rtmps://127.0.0.1:" + std::to_string(impostor.port()) + "/live");
  ASSERT_TRUE(RunUntilState(State::kError));
  EXPECT_NE(progress_.reason.find("certificate"), std::string::npos) << progress_.reason;
  EXPECT_EQ(impostor.frames(), 0U);
}

TEST_F(PushRun, UdpGetsWholePacketsInDatagrams) {
  const net::OwnedFd socket(::socket(AF_INET, SOCK_DGRAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  Start("mpegts", "udp://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  std::vector<uint8_t> bytes;
  ASSERT_TRUE(RunUntil([&] {
    std::array<uint8_t, 2'000> datagram{};
    ssize_t got = 0;
    while ((got = ::recv(socket.get(), datagram.data(), datagram.size(), MSG_DONTWAIT)) > 0) {
      EXPECT_EQ(got % 188, 0);
      EXPECT_LE(got, 1'316);
      bytes.insert(bytes.end(), datagram.begin(), datagram.begin() + got);
    }
    return bytes.size() > 10'000;
  }));
  test::TsFile file = test::ReadTs(bytes);
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  EXPECT_EQ(file.stream_types.size(), 2U);
  EXPECT_TRUE(file.pes[0x100].at(0).random_access);
  EXPECT_EQ(progress_.state, State::kPushing);
  ASSERT_TRUE(RunUntil([&] { return progress_.sent_bytes > 0; }));
}

TEST_F(PushRun, TcpGetsThePacketsAlone) {
  std::vector<uint8_t> bytes;
  net::TcpListener sink(loop_, {.address = "127.0.0.1", .component = "test"},
                        [&](net::ByteOutput&, const net::Peer&, Clock::time_point) {
                          auto session = std::make_unique<testing::ScriptedSession>([] {});
                          session->on_bytes = [&](std::span<const uint8_t> some) -> Status {
                            bytes.insert(bytes.end(), some.begin(), some.end());
                            return {};
                          };
                          return session;
                        });
  ASSERT_TRUE(sink.Listen());
  Start("mpegts", "tcp://127.0.0.1:" + std::to_string(sink.port()));
  ASSERT_TRUE(RunUntil([&] { return bytes.size() > 10'000; }));
  bytes.resize(bytes.size() / 188 * 188);
  EXPECT_EQ(test::ReadTs(bytes).faults, std::vector<std::string>{});
  bool stopped = false;
  run_->Stop([&] { stopped = true; });
  EXPECT_TRUE(RunUntil([&] { return stopped && sink.connections() == 0; }));
}

TEST_F(PushRun, ATrackThatIsNotThereIsAnErrorUntilItComes) {
  Server server(loop_);
  Order order = OrderTo("rtmp", RtmpUrl(server.port()));
  order.tracks.names = {"hd"};
  run_ = std::make_unique<push::Run>(
      RunContext{.sender = {.loop = loop_, .tls = tls_, .random = random_},
                 .streams = registry_,
                 .utc = [] { return UtcTime(std::chrono::seconds(1'000)); },
                 .random = [] { return 0.0; }},
      std::move(order), Progress{}, [this](const Progress& progress) { progress_ = progress; });
  ASSERT_TRUE(RunUntilState(State::kError));
  EXPECT_EQ(progress_.reason, "the stream has none of the tracks");
  EXPECT_TRUE(server.gate.requests.empty()) << "somebody was called for nothing";
}

TEST_F(PushRun, MayBeDroppedAtAnyTime) {
  Server server(loop_);
  for (int turns = 0; turns < 30; ++turns) {
    Start("rtmp", RtmpUrl(server.port()));
    int left = turns;
    RunUntil([&] { return left-- == 0; });
    run_.reset();
  }
  Start("rtmp", RtmpUrl(server.port()));
  EXPECT_TRUE(RunUntil([&] { return server.frames() > 0; }));
}

}  // namespace
}  // namespace weir::push

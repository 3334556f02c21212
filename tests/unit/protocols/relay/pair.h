#pragma once

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "protocols/relay/egress.h"
#include "protocols/relay/ingest.h"
#include "stream/registry.h"
#include "stream/stream.h"
#include "support/manual_executor.h"
#include "support/recording_output.h"
#include "support/recording_sink.h"
#include "unit/stream/sample_stream.h"

namespace weir::relay::test {

using stream::test::AudioAndVideo;
using stream::test::kPath;
using stream::test::MakeFrame;
using stream::test::OneSegment;
using weir::test::ManualExecutor;
using weir::test::RecordingSink;
using weir::testing::RecordingOutput;

inline constexpr const char* kRunA = "0123456789abcdef";
inline constexpr const char* kRunB = "fedcba9876543210";
inline const Clock::time_point kStart{std::chrono::hours(1)};

inline Nonce NonceOf(uint8_t fill) {
  Nonce nonce;
  nonce.fill(fill);
  return nonce;
}

inline Options OptionsOf(std::string secret, std::string node = {}) {
  Options options;
  options.secret = std::move(secret);
  options.node = std::move(node);
  return options;
}

/// What both ends' owners are told.
class Witness final : public EgressObserver, public IngestObserver {
 public:
  void OnEdgeOpened(ServerSession& session) override { edges.push_back(session.edge_node()); }

  void OnEdgeClosed(ServerSession& /*session*/) override { ++edges_closed; }

  void OnEdgeStats(const ServerSession& /*session*/, const stream::StreamPath& path,
                   const StreamStats& told) override {
    stats.emplace_back(path, told);
  }

  void OnReady(const std::string& origin_node) override { origins.push_back(origin_node); }

  void OnControl(ChannelId /*channel*/, const ControlMessage& message) override {
    controls.push_back(message);
  }

  void OnViewers(ServerSession& /*session*/, ViewersPage page) override {
    pages.push_back(std::move(page));
  }

  void OnViewersEnded(ServerSession& /*session*/, const ViewersEnded& answer) override {
    ended.push_back(answer);
  }

  ViewersPage OnFindViewers(const FindViewers& question) override {
    questions.push_back(question);
    return {.ask = question.ask, .viewers = {{.id = "id", .path = kPath}}, .last = "id"};
  }

  ViewersEnded OnEndViewers(const EndViewers& order) override {
    orders.push_back(order);
    return {.ask = order.ask, .count = 3};
  }

  void OnClosed() override { ++origins_closed; }

  std::vector<std::string> edges;
  std::vector<std::string> origins;
  std::vector<std::pair<stream::StreamPath, StreamStats>> stats;
  std::vector<ControlMessage> controls;
  std::vector<FindViewers> questions;
  std::vector<EndViewers> orders;
  std::vector<ViewersPage> pages;
  std::vector<ViewersEnded> ended;
  int edges_closed = 0;
  int origins_closed = 0;
};

/// An origin and an edge, wired back to back in memory, with a made-up time.
class Pair {
 public:
  struct Setup {
    Options origin = OptionsOf("secret", "origin-1");
    Options edge = OptionsOf("secret", "edge-1");
    std::string address = "192.0.2.1:4000";
    size_t cut = 4096;  ///< Bytes per OnBytes.
  };

  Pair() : Pair(Setup()) {}

  explicit Pair(Setup given)
      : setup(std::move(given)),
        server(std::make_unique<ServerSession>(
            server_out, net::Peer{.address = setup.address}, now, NonceOf(1),
            EgressContext{registry, loop, setup.origin, witness})),
        client(std::make_unique<ClientSession>(client_out, net::Peer{.address = setup.address}, now,
                                               NonceOf(2), setup.edge, witness)) {}

  /// Runs the loop and carries bytes both ways until all is quiet or an end failed.
  void Run() {
    bool busy = true;
    while (busy && server_status && client_status) {
      loop.RunAll();
      busy = Carry(client_out, *server, server_status);
      busy = Carry(server_out, *client, client_status) || busy;
      busy = busy || loop.pending() > 0;
    }
  }

  /// Lets time pass, with both ends' deadlines kept. `cut_off`: nothing is carried.
  void Wait(Clock::duration span, bool cut_off = false) {
    const Clock::time_point until = now + span;
    while (server_status && client_status) {
      const Clock::time_point next = std::min(*server->NextDeadline(), *client->NextDeadline());
      now = std::min(next, until);
      if (server->NextDeadline() <= now) server_status = server->OnDeadline(now);
      if (client->NextDeadline() <= now) client_status = client->OnDeadline(now);
      if (!cut_off) Run();
      if (now == until) return;
    }
  }

  /// As if the kernel had taken everything.
  void Drain() {
    server_out.unsent = 0;
    server_status = server->OnWritable(now);
  }

  std::unique_ptr<stream::Stream> Publish(const stream::StreamPath& path) {
    auto stream = std::make_unique<stream::Stream>(path, loop, stream::BacklogLimits{});
    if (!registry.Claim(path, stream->ref())) return nullptr;
    stream->OnTracks(AudioAndVideo(kRunA));
    return stream;
  }

  Setup setup;
  Clock::time_point now = kStart;
  ManualExecutor loop;
  stream::Registry registry;
  Witness witness;
  RecordingOutput server_out;
  RecordingOutput client_out;
  std::unique_ptr<ServerSession> server;
  std::unique_ptr<ClientSession> client;
  Status server_status;
  Status client_status;

 private:
  bool Carry(RecordingOutput& from, net::ByteSession& to, Status& status) {
    const std::vector<uint8_t> bytes = from.Take();
    std::span<const uint8_t> rest = bytes;
    while (!rest.empty() && status) {
      const auto piece = rest.first(std::min(rest.size(), setup.cut));
      rest = rest.subspan(piece.size());
      status = to.OnBytes(piece, now);
    }
    return !bytes.empty();
  }
};

inline void Play(media::MediaSink& stream, int64_t number, size_t size = 100) {
  for (const auto& frame : OneSegment(number, size))
    stream.OnFrame(frame);
}

}  // namespace weir::relay::test

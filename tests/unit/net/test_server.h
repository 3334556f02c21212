#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "net/tcp_listener.h"
#include "support/run_until.h"
#include "support/scripted_session.h"

namespace weir::net {

/// A listener on 127.0.0.1 with scripted sessions, of which the last is at hand while it lives.
class TestServer {
 public:
  explicit TestServer(ListenOptions options = {}) : options_(std::move(options)) {
    if (options_.address == "0.0.0.0") options_.address = "127.0.0.1";
    options_.component = "test";
    listener = std::make_unique<TcpListener>(
        loop, options_,
        [this](ByteOutput& made_output, const Peer& peer, Clock::time_point /*now*/) {
          ++made;
          last_peer = peer;
          auto scripted = std::make_unique<testing::ScriptedSession>([this] { ++destroyed; });
          session = scripted.get();
          output = &made_output;
          if (on_session) on_session(*session, *output);
          return scripted;
        });
    status = listener->Listen();
  }

  bool RunUntil(const std::function<bool()>& done) { return testing::RunUntil(loop, done); }

  /// Until `count` connections are open.
  bool RunUntilOpen(size_t count) {
    return RunUntil([&] { return listener->connections() == count; });
  }

  uint16_t port() const { return listener->port(); }

  EventLoop loop;
  int made = 0;
  int destroyed = 0;
  Peer last_peer;
  testing::ScriptedSession* session = nullptr;
  ByteOutput* output = nullptr;
  std::function<void(testing::ScriptedSession&, ByteOutput&)> on_session;
  Status status;
  std::unique_ptr<TcpListener> listener;

 private:
  ListenOptions options_;
};

}  // namespace weir::net

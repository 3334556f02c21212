#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/tls_session.h"
#include "support/recording_output.h"
#include "support/scripted_session.h"

namespace weir::net {

/// One end of a TLS conversation in memory.
struct TlsEnd {
  explicit TlsEnd(const TlsServerContext& context) : make(OverTls(context, Inner())) {}

  TlsEnd(const TlsClientContext& context, const std::string& host)
      : make(OverTls(context, host, Inner())) {}

  TlsEnd(const TlsEnd&) = delete;
  TlsEnd& operator=(const TlsEnd&) = delete;

  /// The factory of the inner session.
  SessionFactory Inner() {
    return [this](ByteOutput& made_output, const Peer& made_peer, Clock::time_point /*now*/) {
      auto scripted = std::make_unique<testing::ScriptedSession>();
      inner = scripted.get();
      output = &made_output;
      peer = made_peer;
      if (on_session) on_session();
      return scripted;
    };
  }

  void Start(Clock::time_point now) {
    session = make(wire, Peer{.address = "192.0.2.1:50123"}, now);
  }

  void Write(std::string text) { output->Write(SharedBytes(std::move(text))); }

  SessionFactory make;
  testing::RecordingOutput wire;  // Ciphertext for the other end.
  testing::ScriptedSession* inner = nullptr;
  ByteOutput* output = nullptr;
  Peer peer;
  std::function<void()> on_session;
  Status status;  // The first failure.
  std::unique_ptr<ByteSession> session;
};

/// A client and a server, whose bytes go to and fro when a test says so.
struct TlsPair {
  TlsPair(const TlsServerContext& server_context, const TlsClientContext& client_context,
          const std::string& host = "localhost")
      : client(client_context, host), server(server_context) {
    server.Start(now);
    client.Start(now);
  }

  /// Carries bytes in pieces of `chunk` until both are quiet or failed.
  void Pump(size_t chunk = SIZE_MAX) {
    while (Carry(client, server, chunk) || Carry(server, client, chunk)) {
    }
  }

  bool Carry(TlsEnd& from, TlsEnd& to, size_t chunk) {
    const std::vector<uint8_t> bytes = from.wire.Take();
    for (size_t at = 0; at < bytes.size() && to.status; at += std::min(chunk, bytes.size() - at)) {
      const size_t size = std::min(chunk, bytes.size() - at);
      to.status = to.session->OnBytes(std::span(bytes).subspan(at, size), now);
    }
    return !bytes.empty();
  }

  Clock::time_point now = Clock::time_point() + std::chrono::hours(1);
  TlsEnd client;
  TlsEnd server;
};

}  // namespace weir::net

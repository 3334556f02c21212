#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "net/byte_session.h"
#include "protocols/rtmp/chunk_reader.h"
#include "protocols/rtmp/chunk_writer.h"
#include "protocols/rtmp/handshake.h"
#include "protocols/rtmp/net_connection.h"
#include "protocols/rtmp/options.h"
#include "protocols/rtmp/receive_window.h"
#include "protocols/rtmp/server_context.h"
#include "protocols/rtmp/stats.h"

namespace weir::rtmp {

/// A publisher's connection, seen from the server: handshake, chunks, protocol control messages and
/// deadlines. What the messages mean is NetConnection's.
///
/// The client speaks first. Thread: the connection's loop.
class ServerSession final : public net::ByteSession, ChunkReader::Sink, NetConnection::Owner {
 public:
  /// `output` outlives the session.
  ServerSession(net::ByteOutput& output, const net::Peer& peer, Clock::time_point now,
                const ServerContext& context);

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override;
  Status OnDeadline(Clock::time_point now) override;
  std::optional<Clock::time_point> NextDeadline() const override;

  SessionStats stats() const;

 private:
  // ChunkReader::Sink
  Status OnMessage(Message message) override;
  // NetConnection::Owner
  void End(Error reason) override;

  Status Read(std::span<const uint8_t> bytes);
  void Control(const Message& message);
  void Ping();
  void Acknowledge();
  void NoteState(Clock::time_point now);
  Error SilenceError() const;

  net::ByteOutput& output_;
  const Options& options_;
  Handshake handshake_;
  ChunkReader chunks_;
  ChunkWriter writer_;
  NetConnection connection_;

  bool in_call_ = false;         // End() is told within OnBytes
  std::optional<Error> ending_;  // what it was told then

  Clock::time_point now_;          // of the call under way
  Clock::time_point last_bytes_;   // when the peer last said anything
  Clock::time_point setup_since_;  // since when it has had time to publish
  Clock::time_point state_since_;
  PublishState noted_state_ = PublishState::kConnecting;
  bool pinged_ = false;  // since last_bytes_

  ReceiveWindow window_;
  uint64_t messages_in_ = 0;
};

}  // namespace weir::rtmp

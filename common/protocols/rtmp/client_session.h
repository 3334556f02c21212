#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "net/byte_session.h"
#include "protocols/rtmp/chunk_reader.h"
#include "protocols/rtmp/chunk_writer.h"
#include "protocols/rtmp/client_handshake.h"
#include "protocols/rtmp/client_options.h"
#include "protocols/rtmp/command.h"
#include "protocols/rtmp/random_source.h"
#include "protocols/rtmp/receive_window.h"

namespace weir::rtmp {

/// A publisher's connection, seen from the client: gets leave to publish one stream, and then sends
/// the messages its owner hands it.
///
///   kHandshaking --> kConnecting --_result--> kCreating --_result--> kStarting
///     --onStatus NetStream.Publish.Start--> kPublishing
///
/// Thread: the connection's loop.
class ClientSession final : public net::ByteSession, ChunkReader::Sink {
 public:
  enum class State { kHandshaking, kConnecting, kCreating, kStarting, kPublishing };

  /// Neither call may destroy the session, and both may call Send.
  class Owner {
   public:
    virtual ~Owner() = default;

    /// From now on Send() works.
    virtual void OnPublishing(ClientSession& session, Clock::time_point now) = 0;

    /// Most of what was unsent is gone.
    virtual void OnRoom(ClientSession& /*session*/, Clock::time_point /*now*/) {}
  };

  /// Writes the first bytes. `output`, `owner` and `options` outlive the session.
  ClientSession(net::ByteOutput& output, Owner& owner, const ClientOptions& options,
                const RandomSource& random, Clock::time_point now);

  /// Sends an audio, video or data message whose payload is `parts` put together; they are kept,
  /// not copied. False, and nothing is sent, before the server's leave and while more than
  /// ClientOptions::unsent_max bytes are unsent: then leave out messages up to the next key frame.
  bool Send(MessageType type, uint32_t timestamp, std::span<const SharedBytes> parts);

  /// Says good-bye and finishes the connection; the last call of the owner.
  void Leave();

  State state() const { return state_; }

  /// Of all that was written, head and payload, what has not left yet.
  size_t unsent_bytes() const { return output_.unsent_bytes(); }

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override;
  Status OnDeadline(Clock::time_point now) override;
  std::optional<Clock::time_point> NextDeadline() const override;
  Status OnWritable(Clock::time_point now) override;

 private:
  // ChunkReader::Sink
  Status OnMessage(Message message) override;

  Status OnCommand(const Message& message);
  Status OnResult(const Command& command);
  Status OnStatusEvent(const Command& command);
  void OnPeerBandwidth(const Message& message);
  void Connect();
  void CreateStream();
  void Publish();
  void Call(const Command& command);

  net::ByteOutput& output_;
  Owner& owner_;
  const ClientOptions& options_;
  ClientHandshake handshake_;
  ChunkReader chunks_;
  ChunkWriter writer_;
  ReceiveWindow window_;
  State state_ = State::kHandshaking;
  Clock::time_point setup_by_;
  Clock::time_point now_;   // of the call under way
  double transaction_ = 0;  // of the last call; the answer to it moves the state on
  uint32_t stream_id_ = 0;
  uint32_t told_window_ = 0;  // the last answer to a Set Peer Bandwidth
};

}  // namespace weir::rtmp

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "net/byte_session.h"
#include "protocols/rtmp/answers.h"
#include "protocols/rtmp/chunk_writer.h"
#include "protocols/rtmp/command.h"
#include "protocols/rtmp/ingest.h"
#include "protocols/rtmp/message.h"
#include "protocols/rtmp/publish_state.h"
#include "protocols/rtmp/publish_target.h"
#include "protocols/rtmp/server_context.h"
#include "service/publish_gate.h"

namespace weir::rtmp {

/// The conversation in messages: a client connects, creates its one stream, and publishes, as OBS,
/// ffmpeg, GStreamer and librtmp do it (Adobe RTMP 1.0, section 7.2). Nothing is played here.
class NetConnection {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    /// The connection is to end for `reason` once what was written is sent. Perhaps inside
    /// OnMessage, and perhaps outside of it.
    virtual void End(Error reason) = 0;
  };

  /// `owner` and `writer` outlive the connection.
  NetConnection(Owner& owner, ChunkWriter& writer, net::Peer peer, ServerContext context);
  ~NetConnection();  ///< A publication that still runs is lost.

  NetConnection(const NetConnection&) = delete;
  NetConnection& operator=(const NetConnection&) = delete;

  /// Takes a command, data, audio, video or aggregate message. An Error ends the connection.
  Status OnMessage(const Message& message, Clock::time_point now);

  PublishState state() const { return state_; }

  /// Of the application of the present publication (ProviderOptions).
  std::chrono::milliseconds packet_silence() const { return packet_silence_; }

  uint64_t commands() const { return commands_; }

  /// Of the present publication, or the last one.
  IngestStats ingest_stats() const;

 private:
  using Call = Status (NetConnection::*)(const Command& command);

  static Call FindCall(std::string_view name);

  Status OnCommand(const Message& message);
  Status OnConnect(const Command& command);
  Status OnReleaseStream(const Command& command);
  Status OnFcPublish(const Command& command);
  Status OnCreateStream(const Command& command);
  Status OnPublish(const Command& command);
  Status OnFcUnpublish(const Command& command);
  Status OnUnpublish(const Command& command);
  Status OnGetStreamLength(const Command& command);
  Status OnPlay(const Command& command);
  Status Ignore(const Command& command);

  void Open(service::PublishRequest request);
  void OnAnswer(Result<std::unique_ptr<service::Publication>> answer);
  void OnAdmitted(std::unique_ptr<service::Publication> publication);
  void OnStopped(Error reason);
  void EndPublication(media::EndReason reason);
  bool Step(PublishEvent event);

  void Answer(const Command& command);
  void Tell(const StatusEvent& event);

  Owner& owner_;
  ChunkWriter& writer_;
  const net::Peer peer_;
  const ServerContext context_;

  PublishState state_ = PublishState::kConnecting;
  ConnectTarget target_;
  std::string subject_;  // "app/stream", for logs
  std::optional<Ingest> ingest_;
  IngestStats last_stats_;
  uint64_t commands_ = 0;
  std::chrono::milliseconds packet_silence_{0};
  std::unique_ptr<service::Publication> publication_;
  /// Answers of the gate hold a weak reference: one that comes too late finds it gone. Shared with
  /// nobody, and what it points to is never read.
  std::shared_ptr<const bool> awaiting_;
};

}  // namespace weir::rtmp

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "media/media_sink.h"
#include "net/byte_session.h"
#include "protocols/relay/messages/control.h"
#include "protocols/relay/messages/stats.h"
#include "protocols/relay/messages/subscribe.h"
#include "protocols/relay/messages/viewers.h"
#include "protocols/relay/options.h"
#include "protocols/relay/proof.h"
#include "stream/stream_path.h"

namespace weir::relay {

/// One stream of one connection.
using ChannelId = uint32_t;

/// What to pull, and from where in time.
struct ChannelRequest {
  stream::StreamPath path;
  Subscribe::Start start = Subscribe::Start::kSegmentsBack;
  int64_t number = 0;
  /// The sink takes frames at its own pace: its owner says with Grant() what it is done with. Else
  /// a frame counts as consumed when OnFrame returns.
  bool self_paced = false;
};

/// What the owner of a ClientSession is told besides the frames.
class IngestObserver {
 public:
  virtual ~IngestObserver() = default;

  /// Both ends have proved that they know the secret.
  virtual void OnReady(const std::string& /*origin_node*/) {}

  virtual void OnControl(ChannelId channel, const ControlMessage& message) = 0;

  // What the origin asks about viewers of the streams it sends here; the answers go back at once.
  virtual ViewersPage OnFindViewers(const FindViewers& question) { return {.ask = question.ask}; }

  virtual ViewersEnded OnEndViewers(const EndViewers& order) { return {.ask = order.ask}; }

  /// The last call, from the session's destructor: whoever holds a pointer to it lets go. The sinks
  /// of open channels are not told.
  virtual void OnClosed() = 0;
};

/// The edge's end of a connection to an origin: pulls many streams over it.
///
/// Sinks are called from OnBytes. A channel ends with its sink's OnEnd, or silently with Close().
/// Sinks and observers may call Open, Close, Grant and Send... from inside their calls.
///
/// Thread: the loop of its connection.
class ClientSession final : public net::ByteSession {
 public:
  struct Stats {
    size_t channels = 0;
    uint64_t frames = 0;
    uint64_t bytes = 0;         ///< Payload.
    uint64_t frames_stray = 0;  ///< Of a track that was never described, or a channel just closed.
    uint64_t gaps = 0;
  };

  /// `nonce` is used for this session and never again. `options` and `observer` outlive it.
  ClientSession(net::ByteOutput& output, const net::Peer& peer, Clock::time_point now,
                const Nonce& nonce, const Options& options, IngestObserver& observer);
  ~ClientSession() override;

  ClientSession(const ClientSession&) = delete;
  ClientSession& operator=(const ClientSession&) = delete;

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override;
  Status OnDeadline(Clock::time_point now) override;
  std::optional<Clock::time_point> NextDeadline() const override;

  /// Asks for a stream, at once or as soon as the handshake is through. `sink` outlives the
  /// channel: until its OnEnd, or Close.
  ChannelId Open(const ChannelRequest& request, media::MediaSink& sink);

  /// Gives a stream up: its sink gets no more calls. Does nothing on a channel that ended.
  void Close(ChannelId channel);

  /// For self-paced channels: `bytes` of payload were consumed.
  void Grant(ChannelId channel, int64_t bytes);

  void SendStats(ChannelId channel, const StreamStats& stats);

  bool ready() const;
  Stats stats() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::relay

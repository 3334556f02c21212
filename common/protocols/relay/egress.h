#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/executor.h"
#include "net/byte_session.h"
#include "protocols/relay/messages/control.h"
#include "protocols/relay/messages/stats.h"
#include "protocols/relay/messages/viewers.h"
#include "protocols/relay/options.h"
#include "protocols/relay/proof.h"
#include "stream/registry.h"
#include "stream/stream_path.h"

namespace weir::relay {

class ServerSession;

/// What a program may want to know of the edges that pull from it.
///
/// Called on the session's loop. May not destroy the session nor call into it, but for SendControl
/// and Send.
class EgressObserver {
 public:
  virtual ~EgressObserver() = default;

  /// An edge has proved that it knows the secret. `session` is good until OnEdgeClosed.
  virtual void OnEdgeOpened(ServerSession& /*session*/) {}

  /// The last call about `session`, from its destructor. Not called unless OnEdgeOpened was.
  virtual void OnEdgeClosed(ServerSession& /*session*/) {}

  /// The edge tells who watches `path` there.
  virtual void OnEdgeStats(const ServerSession& /*session*/, const stream::StreamPath& /*path*/,
                           const StreamStats& /*stats*/) {}

  // Its answers to ServerSession::Send.
  virtual void OnViewers(ServerSession& /*session*/, ViewersPage /*page*/) {}

  virtual void OnViewersEnded(ServerSession& /*session*/, const ViewersEnded& /*answer*/) {}
};

/// What every ServerSession of one loop shares. All of it outlives them.
struct EgressContext {
  stream::Registry& registry;
  Executor& loop;  ///< The one the connections live on.
  const Options& options;
  EgressObserver& observer;
  /// Whether streams of this path may be had at all; without it, all may.
  std::function<bool(const stream::StreamPath&)> offers{};
};

/// What the driver of a session must let it have unsent: all that it writes at once.
constexpr size_t UnsentMax(const Options& options) {
  return options.unsent_mark + options.frame_max + 2 * options.control_max;
}

/// Makes the sessions of a net::TcpListener on `context.loop`.
net::SessionFactory MakeServerFactory(EgressContext context);

/// The origin's end of one connection to an edge: answers its subscriptions with streams from the
/// registry. README.md has the conversation.
///
/// Each subscription waits in a bounded queue of its own; the driver is given frames only while it
/// holds little, from the queues in turn. So neither a slow edge nor a slow stream in it costs more
/// memory than the options say, and a queue past its bound goes on at a later segment, after a gap.
///
/// Thread: the loop of its connection.
class ServerSession final : public net::ByteSession {
 public:
  struct Stats {
    size_t channels = 0;
    size_t queued_bytes = 0;
    uint64_t frames_sent = 0;
    uint64_t bytes_sent = 0;  ///< Payload.
    uint64_t frames_dropped = 0;
    uint64_t gaps = 0;
  };

  /// `nonce` is used for this session and never again.
  ServerSession(net::ByteOutput& output, const net::Peer& peer, Clock::time_point now,
                const Nonce& nonce, EgressContext context);
  ~ServerSession() override;

  ServerSession(const ServerSession&) = delete;
  ServerSession& operator=(const ServerSession&) = delete;

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override;
  Status OnDeadline(Clock::time_point now) override;
  std::optional<Clock::time_point> NextDeadline() const override;
  Status OnWritable(Clock::time_point now) override;

  /// Passes an order to the edge, ahead of the frames that wait. False when the edge does not have
  /// that stream.
  bool SendControl(const stream::StreamPath& path, const ControlMessage& message);

  /// Whether the edge answers what follows: others are not to be sent it.
  bool knows_viewers() const;
  void Send(const FindViewers& message);
  void Send(const EndViewers& message);

  const std::string& edge_node() const;  ///< As the edge calls itself.
  const std::string& peer_address() const;
  std::vector<stream::StreamPath> streams() const;
  Stats stats() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::relay

#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "net/loop_group.h"
#include "net/tcp_client.h"
#include "protocols/relay/messages/control.h"
#include "protocols/relay/messages/stats.h"
#include "protocols/relay/options.h"
#include "protocols/relay/viewer_desk.h"
#include "service/origin_url.h"
#include "stream/registry.h"
#include "stream/stream.h"

namespace weir::edge {

/// Where one stream comes from, and for how long to insist.
struct PullPlan {
  std::vector<service::OriginUrl> urls;  ///< In order of preference; at least one, all "ovt".
  /// Without a frame for this long the next URL is tried (NoInputFailoverTimeout).
  Clock::duration no_input_failover = std::chrono::seconds(3);
  /// A stream nobody used for this long is let go (UnusedStreamDeletionTimeout).
  Clock::duration unused_deletion = std::chrono::seconds(60);
  /// While another than the first URL is used, try the first again every so often.
  bool failback = false;
  Clock::duration failback_interval = std::chrono::seconds(3);
  bool persistent = false;  ///< Never let go.
};

/// The program's part in pulled streams. Every call comes on the stream's own loop, so from several
/// threads for several streams.
class PullObserver {
 public:
  virtual ~PullObserver() = default;

  /// Right after a stream was made, before its first tracks: the time to attach a packager.
  /// `stream` is good until OnClosed of its path.
  virtual void OnOpened(stream::Stream& stream) = 0;

  /// Right before a stream is destroyed: what was attached to it goes.
  virtual void OnClosed(const stream::StreamPath& path) = 0;

  /// The origin passes on an operator's order.
  virtual void OnControl(const stream::StreamPath& path, const relay::ControlMessage& message) = 0;

  /// Asked every 2 s: who watches `path` now, for the origin to know. A stream with viewers, or
  /// with more bytes out than the last time, counts as used.
  virtual relay::StreamStats OnUsage(const stream::StreamPath& path) = 0;
};

struct PullerOptions {
  relay::Options relay;
  stream::BacklogLimits backlog;  ///< What an edge keeps of each pulled stream.
  int start_segments = 12;        ///< How far back a new pull starts.
  Clock::duration answer_patience = std::chrono::seconds(10);  ///< Longest wait of an asker.
  size_t askers_max = 100'000;                                 ///< Waiting for one stream.
  size_t streams_max = 10'000;                                 ///< On one loop.
  const net::TlsClientContext* tls = nullptr;                  ///< Speak TLS to origins when set.
  relay::ViewerDesk* viewers = nullptr;  ///< Answers origins; without it there are none.
};

/// Pulls streams from origins on demand: one per program, with a part on every loop.
///
/// A stream lives on the loop its path hashes to, and stays the same object while its origin goes
/// and comes back: publishers that leave, origins that die and new runs are bridged for as long as
/// somebody watches. Askers for the same stream share one pull, and all streams from one origin on
/// one loop share one connection.
///
/// Thread: Acquire and Touch from any. To be made before the loops start and destroyed after they
/// stopped, but before the LoopGroup itself.
class Puller {
 public:
  using Answer = std::function<void(Result<stream::StreamRef>)>;

  /// All arguments outlive it. Pulled streams are claimed in `registry`, so that the edge can serve
  /// the relay itself.
  Puller(net::LoopGroup& loops, stream::Registry& registry, PullerOptions options,
         PullObserver& observer);
  ~Puller();

  Puller(const Puller&) = delete;
  Puller& operator=(const Puller&) = delete;

  /// Finds the stream, or starts to pull it. `answer` is called once, on `asker`, from a later
  /// turn: as soon as the stream has come, its backlog too. kNotFound when every URL said that
  /// there is no such stream, kUnavailable after `answer_patience`, kRefused when the name is taken
  /// here, kLimitExceeded past a limit. Counts as use. A running pull keeps the plan it began with.
  void Acquire(const stream::StreamPath& path, const PullPlan& plan, net::EventLoop& asker,
               Answer answer);

  /// Somebody uses the stream, if it is there. Costs a post to another loop: not for every request.
  void Touch(const stream::StreamPath& path);

  /// The loop on which a stream of this path lives.
  net::EventLoop& HomeOf(const stream::StreamPath& path);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::edge

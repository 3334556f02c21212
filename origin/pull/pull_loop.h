#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/tls_context.h"
#include "origin/publish/live_streams.h"
#include "origin/pull/spec.h"
#include "protocols/relay/link_pool.h"
#include "protocols/relay/messages/stats.h"
#include "protocols/relay/options.h"
#include "service/publish_gate.h"
#include "stream/registry.h"
#include "stream/stream_path.h"

namespace weir::pull {

/// The pulls of one loop, and their connections. Thread: its loop.
class PullLoop {
 public:
  /// All that it refers to outlives it.
  struct Surroundings {
    net::EventLoop& loop;
    service::PublishGate& gate;  ///< Of this loop.
    const relay::Options& options;
    const net::TlsClientContext* tls;  ///< Null: in the clear.
    const stream::Registry& streams;
    const origin::LiveStreams& live;
    /// Who watches a stream behind this origin.
    std::function<relay::StreamStats(const stream::StreamPath&)> audience;
    /// What becomes of pulls, as Runner::Observer has it; without an error it is live.
    std::function<void(uint64_t id, const std::optional<Error>& over)> tell;
  };

  explicit PullLoop(Surroundings surroundings);
  ~PullLoop();

  PullLoop(const PullLoop&) = delete;
  PullLoop& operator=(const PullLoop&) = delete;

  void Start(uint64_t id, const stream::StreamPath& path, const Plan& plan);
  void End(uint64_t id);

 private:
  class Running;

  const Surroundings in_;
  relay::LinkPool links_;
  std::map<uint64_t, std::unique_ptr<Running>> pulls_;  // last: their channels use the links
};

}  // namespace weir::pull

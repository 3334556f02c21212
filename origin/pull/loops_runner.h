#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "net/loop_group.h"
#include "net/tls_context.h"
#include "origin/publish/live_streams.h"
#include "origin/pull/pull_loop.h"
#include "origin/pull/runner.h"
#include "service/publish_gate.h"
#include "stream/registry.h"

namespace weir::pull {

/// Pulls on all loops: a stream lives on the one its path hashes to.
///
/// Thread: made and destroyed while the loops stand still.
class LoopsRunner final : public Runner {
 public:
  /// All that it refers to outlives it.
  struct Surroundings {
    net::LoopGroup& loops;  ///< The first is the control loop.
    std::function<service::PublishGate&(size_t loop)> gate;
    const relay::Options& options;
    const net::TlsClientContext* tls;  ///< Null: in the clear.
    const stream::Registry& streams;
    const origin::LiveStreams& live;
    std::function<relay::StreamStats(const stream::StreamPath&)> audience;  ///< Any thread.
  };

  explicit LoopsRunner(const Surroundings& surroundings);

  /// Before the loops start. It outlives this.
  void SetObserver(Observer& observer) { observer_ = &observer; }

  void Start(uint64_t id, const stream::StreamPath& path, const Plan& plan) override;
  void End(uint64_t id, const stream::StreamPath& path) override;

 private:
  size_t IndexOf(const stream::StreamPath& path) const;
  void Tell(uint64_t id, const std::optional<Error>& over);

  net::LoopGroup& loops_;
  Observer* observer_ = nullptr;
  std::vector<std::unique_ptr<PullLoop>> parts_;
};

}  // namespace weir::pull

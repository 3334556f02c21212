#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/guarded.h"
#include "net/loop_group.h"
#include "origin/publish/live_streams.h"
#include "service/host_book.h"
#include "service/publish_gate.h"
#include "stream/registry.h"
#include "stream/run_ledger.h"

namespace weir::origin {

/// Lets publishers in, and builds what takes their frames: ingest pipeline and stream.
///
/// Thread: made on the main thread while the loops stand still; gate(i) belongs to loop i, the rest
/// is for any thread.
class Publications {
 public:
  /// What all publications of one loop add up to, kept as they change.
  struct Totals {
    size_t streams = 0;
    size_t backlog_bytes = 0;
    uint64_t frames = 0;
    uint64_t bytes = 0;
    uint64_t frames_unplayable = 0;
    uint64_t jumps = 0;
    uint64_t marks_forced = 0;
  };

  /// References outlive it.
  Publications(net::LoopGroup& loops, const service::HostBook& book, stream::Registry& registry,
               stream::RunLedger& ledger, LiveStreams& live);
  ~Publications();

  Publications(const Publications&) = delete;
  Publications& operator=(const Publications&) = delete;

  service::PublishGate& gate(size_t loop);

  Totals totals();

  /// Ends all streams of an application, for good to those who watch: edges let go of them. Their
  /// publishers are asked to go, and may come back at once. `done` is called on some loop when all
  /// loops have done so.
  void EndApplication(const std::string& vhost, const std::string& app, const Error& reason,
                      std::function<void()> done);

  /// The same of one publication, soon, if it is still there.
  void End(const LiveStream& stream, const Error& reason);

  /// Refuses newcomers and asks every publisher to go; `done` is called on some loop when all
  /// loops have asked theirs.
  void Drain(std::function<void()> done);

 private:
  class Gate;
  class OnePublication;

  void OnEveryLoop(const std::function<void(Gate&)>& act, std::function<void()> done);

  net::LoopGroup& loops_;
  std::vector<std::unique_ptr<Gate>> gates_;
};

}  // namespace weir::origin

#pragma once

#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "base/guarded.h"
#include "media/playlist_plan.h"
#include "net/loop_group.h"
#include "protocols/hls/cut_options.h"
#include "service/publish_gate.h"
#include "service/virtual_hosts.h"
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

  /// How an application's streams are cut, and what playlists they have.
  struct Rules {
    hls::CutOptions cut;
    std::vector<media::PlaylistPlan> playlists;
  };

  /// Of each application, by vhost and application name.
  using RulesByApp = std::map<std::pair<std::string, std::string>, Rules>;

  /// Reads them all. The applications' other elements are left to other modules.
  static Result<RulesByApp> ReadRules(const service::VirtualHosts& hosts);

  /// References outlive it.
  Publications(net::LoopGroup& loops, const service::VirtualHosts& hosts, RulesByApp rules,
               stream::Registry& registry, stream::RunLedger& ledger);
  ~Publications();

  Publications(const Publications&) = delete;
  Publications& operator=(const Publications&) = delete;

  service::PublishGate& gate(size_t loop);

  Totals totals();

  /// Refuses newcomers and asks every publisher to go; `done` is called on some loop when all
  /// loops have asked theirs.
  void Drain(std::function<void()> done);

 private:
  class Gate;
  class OnePublication;

  net::LoopGroup& loops_;
  std::vector<std::unique_ptr<Gate>> gates_;
};

}  // namespace weir::origin

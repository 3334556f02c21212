#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "net/loop_group.h"
#include "service/host_book.h"
#include "service/listen_rules.h"
#include "service/publish_gate.h"
#include "service/virtual_hosts.h"
#include "stream/registry.h"

namespace weir::service {

/// What a module may need of its program. All of it outlives the modules.
struct ModuleContext {
  net::LoopGroup& loops;
  stream::Registry& streams;
  const HostBook& hosts;
  const ListenRules& listen_rules;
  /// The gate of each loop, for those who take publishers in; empty at an edge.
  std::function<PublishGate&(size_t loop)> gate;
};

/// One number for /metrics.
struct Measure {
  enum class Kind { kGauge, kCounter };
  std::string name;  ///< "weir_rtmp_connections"
  std::string help;
  Kind kind = Kind::kGauge;
  double value = 0;
};

/// A protocol as a program runs it: adding one to a program is one line in its modules.cc.
///
/// Thread: the main thread, while the loops stand still, but where it says otherwise.
class Module {
 public:
  virtual ~Module() = default;

  /// For log lines: "rtmp".
  virtual std::string_view name() const = 0;

  /// Reads its own elements below <Server> and in the applications of `hosts`, and nothing else: no
  /// side effects. Not configured is fine: Start then does nothing. Both outlive the module.
  virtual Status Configure(const config::Node& server, const VirtualHosts& hosts) = 0;

  virtual Status Start(const ModuleContext& context) = 0;

  /// Takes no new connections. Any thread.
  virtual void StopAccepting() = 0;

  /// Reads certificates again; those it had stay where it could not. Any thread.
  virtual Status Reload() { return {}; }

  /// Any thread, at any time after Start.
  virtual std::vector<Measure> Measures() const = 0;
};

}  // namespace weir::service

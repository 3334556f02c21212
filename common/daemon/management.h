#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/health_pages.h"
#include "control/metrics_page.h"
#include "http/router.h"
#include "net/loop_group.h"
#include "service/listeners.h"

namespace weir::daemon {

/// Where a program's management pages listen.
struct ManagementBind {
  std::vector<std::string> addresses;
  uint16_t port = 0;
};

/// /healthz, /readyz and /metrics, on every loop. A program adds its own pages to router().
class Management {
 public:
  /// `readiness` and `metrics` outlive it.
  Management(net::LoopGroup& loops, ManagementBind bind, const control::Readiness& readiness,
             const control::MetricsRegistry& metrics);

  /// Shared by all loops, so handlers added here keep no state of one loop. Before Listen only.
  http::Router& router() { return router_; }

  Status Listen() { return listeners_.Listen(); }

 private:
  control::HealthPage health_;
  control::ReadinessPage readiness_;
  control::MetricsPage metrics_;
  http::Router router_;
  service::Listeners listeners_;
};

}  // namespace weir::daemon

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/health_pages.h"
#include "control/metrics_page.h"
#include "http/router.h"
#include "net/loop_group.h"
#include "net/tls_context.h"
#include "service/listeners.h"

namespace weir::daemon {

/// Where a program's management pages listen.
struct ManagementBind {
  std::vector<std::string> addresses;
  uint16_t port = 0;
  /// The same pages under TLS, where there is a port for it and `tls`, which outlives all.
  std::optional<uint16_t> tls_port{};
  const net::TlsServerContext* tls = nullptr;
};

/// /healthz, /readyz and /metrics, on every loop. A program adds its own pages to router().
class Management {
 public:
  /// `readiness` and `metrics` outlive it.
  Management(net::LoopGroup& loops, ManagementBind bind, const control::Readiness& readiness,
             const control::MetricsRegistry& metrics);

  /// Shared by all loops, so handlers added here keep no state of one loop. Before Listen only.
  http::Router& router() { return router_; }

  Status Listen();

 private:
  control::HealthPage health_;
  control::ReadinessPage readiness_;
  control::MetricsPage metrics_;
  http::Router router_;
  std::vector<std::unique_ptr<service::Listeners>> listeners_;
};

}  // namespace weir::daemon

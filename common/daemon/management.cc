#include "daemon/management.h"

#include <utility>

#include "http/server_session.h"

namespace weir::daemon {

Management::Management(net::LoopGroup& loops, ManagementBind bind,
                       const control::Readiness& readiness, const control::MetricsRegistry& metrics)
    : readiness_(readiness),
      metrics_(metrics),
      listeners_(loops, std::move(bind.addresses),
                 {.port = bind.port, .component = "management", .connections_max = 1'000},
                 [this](size_t /*loop*/) { return http::MakeServerFactory(router_); }) {
  router_.AddExact("/healthz", health_);
  router_.AddExact("/readyz", readiness_);
  router_.AddExact("/metrics", metrics_);
}

}  // namespace weir::daemon

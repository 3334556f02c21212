#include "daemon/management.h"

#include <utility>

#include "http/server_session.h"

namespace weir::daemon {
namespace {

constexpr size_t kConnectionsMax = 1'000;

}  // namespace

Management::Management(net::LoopGroup& loops, ManagementBind bind,
                       const control::Readiness& readiness, const control::MetricsRegistry& metrics)
    : readiness_(readiness), metrics_(metrics) {
  router_.AddExact("/healthz", health_);
  router_.AddExact("/readyz", readiness_);
  router_.AddExact("/metrics", metrics_);
  const auto add = [&](const net::ListenOptions& options) {
    listeners_.push_back(std::make_unique<service::Listeners>(
        loops, bind.addresses, options,
        [this](size_t /*loop*/) { return http::MakeServerFactory(router_); }));
  };
  add({.port = bind.port, .component = "management", .connections_max = kConnectionsMax});
  if (bind.tls_port && bind.tls != nullptr) {
    add({.port = *bind.tls_port,
         .component = "management",
         .connections_max = kConnectionsMax,
         .tls = bind.tls});
  }
}

Status Management::Listen() {
  for (const auto& listeners : listeners_) {
    if (Status listening = listeners->Listen(); !listening) return listening;
  }
  return {};
}

}  // namespace weir::daemon

#pragma once

#include <memory>

#include "control/metrics_registry.h"
#include "http/message.h"

namespace weir::control {

/// /metrics, in Prometheus' text format. One may serve all loops.
class MetricsPage final : public http::Handler {
 public:
  explicit MetricsPage(const MetricsRegistry& registry) : registry_(registry) {}

  void OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) override;

 private:
  const MetricsRegistry& registry_;
};

}  // namespace weir::control

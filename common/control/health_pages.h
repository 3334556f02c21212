#pragma once

#include <memory>

#include "control/readiness.h"
#include "http/message.h"

namespace weir::control {

/// /healthz: 200 "ok" for as long as the loop that serves it turns.
class HealthPage final : public http::Handler {
 public:
  void OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) override;
};

/// /readyz: 200 "ready", or 503 "starting" or "draining", for load balancers. Keeps no state, so
/// one may serve all loops.
class ReadinessPage final : public http::Handler {
 public:
  explicit ReadinessPage(const Readiness& readiness) : readiness_(readiness) {}

  void OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) override;

 private:
  const Readiness& readiness_;
};

}  // namespace weir::control

#pragma once

#include <string>

#include "http/router.h"
#include "net/loop_group.h"
#include "origin/api/desk.h"
#include "origin/api/gate.h"
#include "origin/api/options.h"
#include "origin/api/routes.h"

namespace weir::api {

/// The API as a program has it: its calls, and the way to them. Has /v1/version and
/// /v1/openapi.json itself.
///
/// Thread: made and destroyed while the loops stand still. Calls are answered on the control loop,
/// the first one.
class Service {
 public:
  Service(const Options& options, const std::string& version, net::LoopGroup& loops);

  /// For the rooms that have calls; before AddTo.
  Routes& routes() { return routes_; }

  /// Makes `router` serve it, unless it is off.
  void AddTo(http::Router& router);

 private:
  const bool on_;
  Routes routes_;
  Desk desk_;
  Gate gate_;
};

}  // namespace weir::api

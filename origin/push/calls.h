#pragma once

#include <functional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "origin/api/routes.h"
#include "origin/push/options.h"
#include "origin/push/pushes.h"

namespace weir::push {

/// What the calls need; all of it outlives the routes.
struct CallContext {
  Pushes& pushes;
  std::function<Result<Options>(std::string_view vhost, std::string_view app)> options;
  std::function<UtcTime()> utc;
};

/// Adds :startPush, :stopPush and :pushes of OvenMediaEngine's API, version 1.
void AddCalls(api::Routes& routes, const CallContext& context);

}  // namespace weir::push

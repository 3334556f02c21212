#pragma once

#include <chrono>
#include <cstddef>

#include "base/result.h"
#include "config/node.h"

namespace weir::daemon {

/// What of the configuration concerns any program: below <Weir>.
struct Settings {
  size_t loops = 1;                ///< <Loops>; 0 or none is one per processor.
  std::chrono::seconds drain{10};  ///< <DrainSeconds>: how long a drain may take.
};

Result<Settings> ReadSettings(const config::Node& server);

}  // namespace weir::daemon

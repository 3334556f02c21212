#pragma once

#include <memory>
#include <vector>

#include "protocols/relay/egress_module.h"
#include "service/module.h"

namespace weir::origin {

/// What this program can do, in the order it starts.
struct Modules {
  std::vector<std::unique_ptr<service::Module>> all;
  relay::EgressModule* relay = nullptr;  ///< One of them.
};

/// Adding a protocol is one line there.
Modules OriginModules();

}  // namespace weir::origin

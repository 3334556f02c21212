#pragma once

#include <memory>
#include <vector>

#include "service/module.h"

namespace weir::origin {

/// What this program can do, in the order it starts: adding a protocol is one line there.
std::vector<std::unique_ptr<service::Module>> OriginModules();

}  // namespace weir::origin

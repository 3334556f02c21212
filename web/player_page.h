#pragma once

#include "base/shared_bytes.h"

namespace weir::web {

/// The player page, one HTML file with all it needs, out of the program's own binary.
SharedBytes PlayerPage();

}  // namespace weir::web

#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace weir::net {

/// Whether nobody listens on `address` (numeric) and `port` yet. With SO_REUSEPORT a second program
/// of the same user could listen beside the first, and each would get some of the connections: so
/// whoever opens a port for all its loops asks before. Port 0 is always free.
Status ProbePort(const std::string& address, uint16_t port);

}  // namespace weir::net

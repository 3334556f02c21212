#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"

namespace weir::net {

/// Whether nobody listens on this port yet: kUnavailable, with the reason, when somebody does.
///
/// SO_REUSEPORT, by which our loops share a port, would also let two services or two programs of
/// one user share it, each getting some of the connections. So ask before the first listener of a
/// service listens. `address` is numeric; port 0 is always free.
Status CheckPortIsFree(const std::string& address, uint16_t port);

}  // namespace weir::net

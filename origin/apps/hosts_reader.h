#pragma once

#include <memory>

#include "base/result.h"
#include "config/node.h"
#include "service/host_book.h"
#include "service/output_profiles.h"

namespace weir::origin {

/// Reads all that an origin knows of its virtual hosts and their applications; what modules take
/// from them is left to those. `server` is the <Server>, which outlives the result unless that is
/// given its document.
Result<service::HostsInForce> ReadHosts(const config::Node& server,
                                        service::Notices notices = service::Notices::kLog);

}  // namespace weir::origin

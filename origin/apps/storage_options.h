#pragma once

#include "base/result.h"
#include "config/node.h"

namespace weir::origin {

/// Whether what the API makes is kept in the state store: <Managers><API><Storage><Enabled>, where
/// `server` is the <Server>. Where it is not, all of it is gone after a restart.
Result<bool> ReadStorageEnabled(const config::Node& server);

}  // namespace weir::origin

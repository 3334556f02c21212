#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "config/node.h"
#include "service/virtual_hosts.h"

namespace weir::edge {

/// Where an edge keeps what viewers may wind back to.
struct DvrOptions {
  std::string folder;      ///< <LLHLS><DVR><TempStoragePath>; of all applications alike.
  uint64_t bytes_max = 0;  ///< <Weir><DVR><MaxBytes>, of all streams together; 0: no bound.
  /// The longest of all applications: what is older is nobody's.
  std::chrono::seconds age_max{0};
};

/// Nothing where no application has DVR enabled. An Error where two of them name different folders.
Result<std::optional<DvrOptions>> ReadDvrOptions(const config::Node& server,
                                                 const service::VirtualHosts& hosts);

/// How far back the viewers of an application can go; zero: no DVR.
Result<std::chrono::seconds> ReadDvrLength(const service::Application& application);

}  // namespace weir::edge

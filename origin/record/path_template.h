#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir::record {

/// What the macros of a path stand for.
struct PathValues {
  std::string transaction_id{};
  std::string id{};
  std::string vhost{};
  std::string app{};
  std::string source_stream{};
  std::string stream{};
  uint64_t sequence = 0;
  std::optional<UtcTime> start{};  ///< None: ${StartTime:...} stays as it is.
  std::optional<UtcTime> end{};    ///< The same for ${EndTime:...}.
};

/// Replaces ${TransactionId}, ${Id}, ${VirtualHost}, ${Application}, ${SourceStream}, ${Stream},
/// ${Sequence}, ${StartTime:YYYYMMDDhhmmss} and ${EndTime:...}; others stay. Slashes in values
/// become underscores, so that a name makes no folder.
std::string Expand(std::string_view path, const PathValues& values);

}  // namespace weir::record

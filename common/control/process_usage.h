#pragma once

#include <cstddef>
#include <optional>

namespace weir::control {

/// What the kernel says about this process.
struct ProcessUsage {
  double start_time = 0;   ///< Seconds of UTC.
  double cpu_seconds = 0;  ///< User and system together.
  double virtual_bytes = 0;
  double resident_bytes = 0;
  double open_files = 0;
  double open_files_max = 0;  ///< The soft limit; infinite as a number beyond all counting.
};

/// Reads /proc, which never waits for a disk. Nothing where that is not to be had.
std::optional<ProcessUsage> ReadProcessUsage();

}  // namespace weir::control

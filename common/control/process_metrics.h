#pragma once

#include <string>

#include "control/metrics_registry.h"

namespace weir::control {

/// Adds what Prometheus' own clients tell of a process (start time, memory, open files, CPU
/// seconds, from /proc) and "weir_build_info" with `program` and `version` as labels.
void AddProcessMetrics(MetricsRegistry& registry, std::string program, std::string version);

}  // namespace weir::control

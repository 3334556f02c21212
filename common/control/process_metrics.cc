#include "control/process_metrics.h"

#include <optional>
#include <utility>

#include "control/process_usage.h"

namespace weir::control {
namespace {

void Collect(MetricsWriter& writer) {
  const std::optional<ProcessUsage> usage = ReadProcessUsage();
  if (!usage) return;
  writer.Counter("process_cpu_seconds_total", "User and system CPU time spent in seconds.",
                 usage->cpu_seconds);
  writer.Gauge("process_start_time_seconds",
               "Start time of the process since unix epoch in seconds.", usage->start_time);
  writer.Gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
               usage->resident_bytes);
  writer.Gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.",
               usage->virtual_bytes);
  writer.Gauge("process_open_fds", "Number of open file descriptors.", usage->open_files);
  writer.Gauge("process_max_fds", "Maximum number of open file descriptors.",
               usage->open_files_max);
}

}  // namespace

void AddProcessMetrics(MetricsRegistry& registry, std::string program, std::string version) {
  registry.Add(Collect);
  registry.Add([program = std::move(program), version = std::move(version)](MetricsWriter& writer) {
    writer.Gauge("weir_build_info", "Always 1; the program and its version are labels.", 1,
                 {{"program", program}, {"version", version}});
  });
}

}  // namespace weir::control

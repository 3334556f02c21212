#include "control/metrics_registry.h"

namespace weir::control {

std::string MetricsRegistry::Text() const {
  MetricsWriter writer;
  for (const Collector& collect : collectors_)
    collect(writer);
  return writer.Text();
}

}  // namespace weir::control

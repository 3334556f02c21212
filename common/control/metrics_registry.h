#pragma once

#include <functional>
#include <string>
#include <vector>

#include "control/metrics_writer.h"

namespace weir::control {

/// What gives numbers to /metrics.
///
/// Thread: everything is added before the loops start; afterwards any loop may ask for the text,
/// several at a time. So a collector reads only what any thread may read: atomics, a Counter, a
/// Guarded value, what never changes. Never what belongs to a loop.
class MetricsRegistry {
 public:
  using Collector = std::function<void(MetricsWriter&)>;

  /// `collector` is called for as long as the registry lives.
  void Add(Collector collector) { collectors_.push_back(std::move(collector)); }

  /// One scrape.
  std::string Text() const;

 private:
  std::vector<Collector> collectors_;
};

}  // namespace weir::control

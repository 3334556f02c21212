#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::control {

/// {"app", "live"}: name and value.
using Labels = std::vector<std::pair<std::string, std::string>>;

/// Takes the numbers of one scrape. A name is given once per combination of labels, always with the
/// same help text and kind; Prometheus' naming applies: "weir_rtmp_publishers", "..._total" for
/// counters, seconds and bytes as units.
class MetricsWriter {
 public:
  MetricsWriter();
  ~MetricsWriter();

  MetricsWriter(const MetricsWriter&) = delete;
  MetricsWriter& operator=(const MetricsWriter&) = delete;

  /// A number that only grows.
  void Counter(std::string_view name, std::string_view help, double value, Labels labels = {});

  /// A number that comes and goes.
  void Gauge(std::string_view name, std::string_view help, double value, Labels labels = {});

  /// All that was taken, in Prometheus' text format 0.0.4.
  std::string Text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::control

#include "control/metrics_writer.h"

#include <map>
#include <sstream>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace weir::control {
namespace {

prometheus::ClientMetric MetricOf(Labels labels) {
  prometheus::ClientMetric metric;
  metric.label.reserve(labels.size());
  for (auto& [name, value] : labels)
    metric.label.push_back({std::move(name), std::move(value)});
  return metric;
}

}  // namespace

struct MetricsWriter::State {
  /// By name, so that a family stands together whoever adds to it.
  std::map<std::string, prometheus::MetricFamily, std::less<>> families;

  std::vector<prometheus::ClientMetric>& Family(std::string_view name, std::string_view help,
                                                prometheus::MetricType type) {
    const auto found = families.find(name);
    if (found != families.end()) return found->second.metric;
    prometheus::MetricFamily family;
    family.name = name;
    family.help = help;
    family.type = type;
    return families.emplace(name, std::move(family)).first->second.metric;
  }
};

MetricsWriter::MetricsWriter() : state_(std::make_unique<State>()) {}

MetricsWriter::~MetricsWriter() = default;

void MetricsWriter::Counter(std::string_view name, std::string_view help, double value,
                            Labels labels) {
  prometheus::ClientMetric metric = MetricOf(std::move(labels));
  metric.counter.value = value;
  state_->Family(name, help, prometheus::MetricType::Counter).push_back(std::move(metric));
}

void MetricsWriter::Gauge(std::string_view name, std::string_view help, double value,
                          Labels labels) {
  prometheus::ClientMetric metric = MetricOf(std::move(labels));
  metric.gauge.value = value;
  state_->Family(name, help, prometheus::MetricType::Gauge).push_back(std::move(metric));
}

std::string MetricsWriter::Text() const {
  std::vector<prometheus::MetricFamily> families;
  families.reserve(state_->families.size());
  for (const auto& [name, family] : state_->families)
    families.push_back(family);
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return std::move(out).str();
}

}  // namespace weir::control

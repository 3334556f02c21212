#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace weir::load {

inline UtcTime UtcNow() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Median and the tail, of milliseconds.
inline nlohmann::json Summary(std::vector<float> delays) {
  std::sort(delays.begin(), delays.end());
  const auto at = [&delays](double share) {
    const double last = static_cast<double>(delays.size()) - 1;
    return delays.empty() ? 0.0F : delays[static_cast<size_t>(share * last)];
  };
  return {{"median", at(0.5)}, {"p95", at(0.95)}, {"p99", at(0.99)}, {"max", at(1)}};
}

}  // namespace weir::load

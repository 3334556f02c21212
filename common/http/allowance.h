#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.h"

namespace weir::http {

/// How much of something cheap a client may do: so many at once, and so many a second from then on
/// (a token bucket).
class Allowance {
 public:
  Allowance(double burst, double per_second, Clock::time_point now)
      : burst_(burst), per_second_(per_second), left_(burst), at_(now) {}

  /// False when nothing is left.
  bool Spend(Clock::time_point now) {
    const std::chrono::duration<double> passed = now - at_;
    at_ = now;
    left_ = std::min(burst_, left_ + passed.count() * per_second_);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

  /// Gives one back.
  void Earn() { left_ = std::min(burst_, left_ + 1); }

 private:
  const double burst_;
  const double per_second_;
  double left_;
  Clock::time_point at_;
};

}  // namespace weir::http

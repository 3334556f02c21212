#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.h"

namespace weir {

/// How much of something cheap a peer may do: so much at once, and so much a second from then on (a
/// token bucket).
class Allowance {
 public:
  Allowance(double burst, double per_second, Clock::time_point now)
      : burst_(burst), per_second_(per_second), left_(burst), at_(now) {}

  /// False, and nothing is spent, when less than `amount` is left.
  bool Spend(Clock::time_point now, double amount = 1) {
    const std::chrono::duration<double> passed = now - at_;
    at_ = now;
    left_ = std::min(burst_, left_ + passed.count() * per_second_);
    if (left_ < amount) return false;
    left_ -= amount;
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

}  // namespace weir

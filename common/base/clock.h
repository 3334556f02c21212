#pragma once

#include <chrono>

namespace weir {

/// For deadlines. Only drivers read it; everybody else is told.
using Clock = std::chrono::steady_clock;

/// A point on the wall clock, to the microsecond.
using UtcTime = std::chrono::sys_time<std::chrono::microseconds>;

}  // namespace weir

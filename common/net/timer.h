#pragma once

#include <functional>

#include "base/clock.h"
#include "net/event_loop.h"
#include "net/uv_ptr.h"

namespace weir::net {

/// Calls a function once, later, on its loop. Destroying or stopping it makes sure that it does
/// not. May be started again, or destroyed, from inside the function.
///
/// Never early, and never sooner than the loop's next millisecond: for "at once" there is Post().
class Timer {
 public:
  Timer(EventLoop& loop, std::function<void()> on_time);

  ~Timer() = default;

  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  void Start(Clock::duration delay);
  void StartAt(Clock::time_point due);
  void Stop();
  bool active() const;

 private:
  static void OnFired(uv_timer_t* handle);

  EventLoop& loop_;
  std::function<void()> on_time_;
  UvPtr<uv_timer_t> handle_;
};

}  // namespace weir::net

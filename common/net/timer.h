#pragma once

#include <functional>

#include "base/clock.h"
#include "net/event_loop.h"
#include "net/uv_ptr.h"

namespace weir::net {

/// Calls a function once, later, on its loop. Destroying or stopping it makes sure that it does
/// not. May be started again from inside the function.
class Timer {
 public:
  Timer(EventLoop& loop, std::function<void()> on_time);

  void Start(Clock::duration delay);
  void Stop();
  bool active() const;

 private:
  std::function<void()> on_time_;
  UvPtr<uv_timer_t> handle_;
};

}  // namespace weir::net

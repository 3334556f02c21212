#pragma once

#include <chrono>
#include <functional>

#include "net/event_loop.h"
#include "net/timer.h"

namespace weir::testing {

/// Runs `loop` on this thread until `done` returns true, which is looked at every millisecond, or
/// patience ends. Returns what `done` said last.
inline bool RunUntil(net::EventLoop& loop, const std::function<bool()>& done,
                     Clock::duration patience = std::chrono::seconds(20)) {
  const Clock::time_point give_up_at = Clock::now() + patience;
  bool reached = done();
  net::Timer look(loop, [&] {
    reached = done();
    if (reached || Clock::now() >= give_up_at) return loop.Stop();
    look.Start(std::chrono::milliseconds(1));
  });
  if (reached) return true;
  look.Start(std::chrono::milliseconds(1));
  loop.Run();
  return reached;
}

/// Runs `loop` for a while: for what must not happen.
inline void RunFor(net::EventLoop& loop, Clock::duration time) {
  RunUntil(
      loop, [] { return false; }, time);
}

}  // namespace weir::testing

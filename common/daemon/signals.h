#pragma once

#include <functional>
#include <memory>

#include <uv.h>

#include "net/event_loop.h"
#include "net/uv_ptr.h"

namespace weir::daemon {

/// Turns the process' signals into calls on one loop, for as long as it lives. One per process.
class Signals {
 public:
  struct Calls {
    std::function<void()> drain;   ///< The first SIGTERM or SIGINT.
    std::function<void()> stop;    ///< Every later one.
    std::function<void()> reload;  ///< SIGHUP.
  };

  Signals(net::EventLoop& loop, Calls calls);

  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// Writing to a closed connection is an error to be returned, not a reason to die.
  static void IgnoreBrokenPipes();

 private:
  net::UvPtr<uv_signal_t> Watch(net::EventLoop& loop, int signal);
  void OnSignal(int signal);

  Calls calls_;
  bool draining_ = false;
  net::UvPtr<uv_signal_t> terminate_;
  net::UvPtr<uv_signal_t> interrupt_;
  net::UvPtr<uv_signal_t> hang_up_;
};

}  // namespace weir::daemon

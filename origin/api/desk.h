#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>

#include "base/clock.h"
#include "net/event_loop.h"
#include "net/timer.h"
#include "origin/api/routes.h"

namespace weir::api {

/// Has calls answered on the control loop, where all that the API changes lives: only so many at a
/// time, and each within a deadline.
///
/// Thread: Submit from any; made before the loops run and destroyed after.
class Desk {
 public:
  struct Limits {
    size_t calls_max = 1'000;  ///< Waiting for their answers; more are told to come later.
    Clock::duration patience = std::chrono::seconds(20);
  };

  /// `control` outlives it.
  Desk(net::EventLoop& control, Limits limits);

  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  /// `entry` outlives the call. `done` is called once, on the control loop.
  void Submit(const Routes::Entry& entry, Call call, Reply done);

 private:
  struct Waiting {
    Clock::time_point give_up;
    Reply done;
  };

  void Run(const Routes::Entry& entry, const Call& call, Reply done);
  void Settle(uint64_t ticket, Answer answer);
  void GiveUp();

  net::EventLoop& control_;
  const Limits limits_;
  uint64_t next_ticket_ = 0;
  std::map<uint64_t, Waiting> waiting_;  // in the order of their deadlines
  net::Timer timer_;
};

}  // namespace weir::api

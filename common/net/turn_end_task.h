#pragma once

#include <functional>
#include <memory>

#include "net/event_loop.h"

namespace weir::net {

/// Calls a function at the end of any turn in which it was requested, once however often.
/// Destroying it makes sure that it does not; that may be done inside the function.
///
/// Thread: its loop's.
class TurnEndTask {
 public:
  TurnEndTask(EventLoop& loop, std::function<void()> task);
  ~TurnEndTask();

  TurnEndTask(const TurnEndTask&) = delete;
  TurnEndTask& operator=(const TurnEndTask&) = delete;

  void Request();

  bool requested() const { return requested_; }

 private:
  static void Run(TurnEndTask* const& self);

  EventLoop& loop_;
  std::function<void()> task_;
  bool requested_ = false;
  std::shared_ptr<TurnEndTask*> self_;  // Shared with the loop's queue, which may outlive this.
};

}  // namespace weir::net

#pragma once

#include <chrono>

#include "net/event_loop.h"
#include "net/timer.h"
#include "origin/tasks/task_book.h"

namespace weir::tasks {

/// Lets a task book look every second.
///
/// Thread: the loop's, which is the book's. Both outlive it.
class TaskBookTimer {
 public:
  TaskBookTimer(net::EventLoop& loop, TaskBook& book)
      : loop_(loop), book_(book), timer_(loop, [this] { OnTime(); }) {
    timer_.Start(std::chrono::milliseconds(1));
  }

  TaskBookTimer(const TaskBookTimer&) = delete;
  TaskBookTimer& operator=(const TaskBookTimer&) = delete;

 private:
  void OnTime() {
    timer_.Start(std::chrono::seconds(1));
    book_.Look(loop_.now());
  }

  net::EventLoop& loop_;
  TaskBook& book_;
  net::Timer timer_;
};

}  // namespace weir::tasks

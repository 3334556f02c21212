#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

#include "base/executor.h"

namespace weir::test {

/// A loop whose tasks run when the test says so. One thread only.
class ManualExecutor final : public Executor {
 public:
  void Post(std::function<void()> task) override {
    ++posted_;
    tasks_.push_back(std::move(task));
  }

  /// Always: the test is whatever thread it likes.
  bool IsCurrent() const override { return true; }

  /// Runs the oldest task; false where there is none.
  bool RunOne() {
    if (tasks_.empty()) return false;
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
    return true;
  }

  /// Runs tasks, and what they post here, until none is left.
  void RunAll() {
    while (RunOne()) {
    }
  }

  /// Forgets what was posted, as a loop that has ended does.
  void Drop() { tasks_.clear(); }

  size_t pending() const { return tasks_.size(); }

  size_t posted() const { return posted_; }

 private:
  std::deque<std::function<void()>> tasks_;
  size_t posted_ = 0;
};

}  // namespace weir::test

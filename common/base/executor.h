#pragma once

#include <functional>

namespace weir {

/// Runs tasks on one thread, in the order posted: the only way from one loop to another.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Callable from any thread. A task posted after the executor's end is dropped.
  virtual void Post(std::function<void()> task) = 0;

  /// Whether the caller runs on this executor's thread.
  virtual bool IsCurrent() const = 0;
};

}  // namespace weir

#pragma once

#include <mutex>
#include <utility>

namespace weir {

/// A value that several threads may touch, one at a time: the only lock outside this folder's own.
///
/// For what is looked up now and then (a registry of names), never for media.
template <class T>
class Guarded {
 public:
  Guarded() = default;

  explicit Guarded(T value) : value_(std::move(value)) {}

  /// Calls `use(T&)` under the lock and returns what it returns. `use` must not block, nor lock
  /// another Guarded.
  template <class Use>
  auto With(Use&& use) {
    const std::lock_guard lock(mutex_);
    return std::forward<Use>(use)(value_);
  }

 private:
  std::mutex mutex_;
  T value_;
};

}  // namespace weir

#pragma once

#include <atomic>

namespace weir::control {

/// Whether this program should be sent work. Any thread.
class Readiness {
 public:
  enum class State { kStarting, kReady, kDraining };

  void Set(State state) { state_.store(state, std::memory_order_relaxed); }

  State state() const { return state_.load(std::memory_order_relaxed); }

 private:
  std::atomic<State> state_{State::kStarting};
};

}  // namespace weir::control

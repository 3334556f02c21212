#pragma once

#include <functional>
#include <memory>
#include <span>

#include <uv.h>

#include "base/clock.h"
#include "base/executor.h"

namespace weir::net {

class TurnEndTask;

/// One libuv loop, to be run on one thread: what it makes lives and dies there.
///
/// Thread: made anywhere; Run() makes the calling thread its own. Only Post(), Stop() and
/// IsCurrent() may be called from another thread. Before Run() the maker's thread counts as its
/// own.
class EventLoop final : public Executor {
 public:
  EventLoop();
  ~EventLoop() override;

  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Runs until Stop(). Can be called again afterwards.
  void Run();

  /// Makes Run() return after the current turn. Any thread.
  void Stop();

  /// Executor. Tasks run once per turn, all that were posted until then.
  void Post(std::function<void()> task) override;
  bool IsCurrent() const override;

  /// Runs `task` at the end of the current turn, before the loop waits for events again. The
  /// owner of what `task` touches must be alive then. Own thread only.
  void AtTurnEnd(std::function<void()> task);

  /// The same for a task that is asked for again and again. It takes itself off the list when it is
  /// destroyed. Own thread only.
  void AtTurnEnd(TurnEndTask& task);

  /// The time of this turn: read once after waiting and once before timers, so cheap. Own thread
  /// only.
  Clock::time_point now() const;

  uv_loop_t& uv();

  /// Where drivers read to, one for all connections of the loop: what is in it is good until the
  /// callback that filled it returns. Own thread only.
  std::span<char> read_buffer();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::net

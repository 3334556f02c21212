#pragma once

#include <functional>
#include <memory>

#include "base/executor.h"
#include "net/event_loop.h"
#include "origin/push/run.h"

namespace weir::push {

/// A Run on its own loop, held from the control loop.
///
/// Thread: the control loop's. Destroyed once Stop has called back, or while all loops stand still.
class RemoteRun {
 public:
  using OnProgress = std::function<void(const Progress& progress)>;

  /// `on_progress` is called on `control`. Both loops outlive it; `context` has `loop` in it.
  RemoteRun(net::EventLoop& loop, Executor& control, RunContext context, Order order,
            const Progress& before, OnProgress on_progress);
  ~RemoteRun();

  RemoteRun(const RemoteRun&) = delete;
  RemoteRun& operator=(const RemoteRun&) = delete;

  /// As Run::Stop, with `done` on `control`. No progress is told from here on.
  void Stop(std::function<void()> done);

 private:
  struct Remote;

  net::EventLoop& loop_;
  Executor& control_;
  const std::shared_ptr<OnProgress> on_progress_;  // Known weakly to what is under way.
  const std::shared_ptr<Remote> remote_;           // Shared with posts to `loop`.
};

}  // namespace weir::push

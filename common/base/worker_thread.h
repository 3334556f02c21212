#pragma once

#include <functional>
#include <memory>

#include "base/executor.h"

namespace weir {

/// A thread of its own for what may block: the disk, mostly. Tasks run one after another, in the
/// order posted.
///
/// Thread: any. The queue has no bound of its own, so that whoever posts keeps theirs (one write
/// at a time, say).
class WorkerThread final : public Executor {
 public:
  WorkerThread();
  ~WorkerThread() override;  ///< Runs what was posted, then joins the thread.

  WorkerThread(const WorkerThread&) = delete;
  WorkerThread& operator=(const WorkerThread&) = delete;

  void Post(std::function<void()> task) override;
  bool IsCurrent() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir

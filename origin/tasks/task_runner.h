#pragma once

#include "origin/tasks/task.h"

namespace weir::tasks {

/// Why a task stops here.
enum class StopReason {
  kRemoved,   ///< It is over: somebody removed it.
  kLost,      ///< Another node runs it now: end at once, report nothing.
  kUnwanted,  ///< Wants() said so: whoever wants it may have it.
  kClosing,   ///< This program ends; the task goes on in the next one, or elsewhere.
};

/// Does the tasks that its TaskBook says are this node's to do.
///
/// Thread: the book's. Each call may call the book.
class TaskRunner {
 public:
  virtual ~TaskRunner() = default;

  /// Whether this node is the one to run the task now: whether it has the task's stream, say, or
  /// still has something to finish. Asked every second, of tasks that run too; a task that no node
  /// wants waits in the store.
  virtual bool Wants(const Task& task) = 0;

  /// The task is this node's from here on, until Stop. `task.progress` is what was reported last,
  /// here or elsewhere.
  virtual void Start(const Task& task) = 0;

  /// The task, which was started, is not to be run here any more. A removed task's key may be
  /// started anew before the runner has wound up the old one.
  virtual void Stop(const TaskKey& key, StopReason reason) = 0;
};

}  // namespace weir::tasks

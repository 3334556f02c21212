#include "net/turn_end_task.h"

#include <utility>

namespace weir::net {

TurnEndTask::TurnEndTask(EventLoop& loop, std::function<void()> task)
    : loop_(loop), task_(std::move(task)) {}

TurnEndTask::~TurnEndTask() {
  if (list_ != nullptr) list_->Remove(*this);
  if (destroyed_ != nullptr) *destroyed_ = true;
}

void TurnEndTask::Request() {
  if (!requested()) loop_.AtTurnEnd(*this);
}

/// The function may destroy the task, and must not lose what it holds while it runs.
void TurnEndTask::Run() {
  bool destroyed = false;
  destroyed_ = &destroyed;
  auto task = std::move(task_);
  task();
  if (destroyed) return;
  destroyed_ = nullptr;
  task_ = std::move(task);
}

void TurnEndList::Add(TurnEndTask& task) {
  task.list_ = this;
  task.next_ = nullptr;
  task.previous_ = std::exchange(last_, &task);
  (task.previous_ != nullptr ? task.previous_->next_ : first_) = &task;
}

void TurnEndList::Remove(TurnEndTask& task) {
  (task.previous_ != nullptr ? task.previous_->next_ : first_) = task.next_;
  (task.next_ != nullptr ? task.next_->previous_ : last_) = task.previous_;
  task.list_ = nullptr;
}

void TurnEndList::RunAll() {
  // What is requested meanwhile stands behind, for the next round.
  TurnEndList now;
  std::swap(now.first_, first_);
  std::swap(now.last_, last_);
  for (TurnEndTask* task = now.first_; task != nullptr; task = task->next_)
    task->list_ = &now;
  while (!now.empty()) {
    TurnEndTask& task = *now.first_;
    now.Remove(task);
    task.Run();
  }
}

}  // namespace weir::net

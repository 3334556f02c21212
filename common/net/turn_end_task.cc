#include "net/turn_end_task.h"

#include <utility>

namespace weir::net {

TurnEndTask::TurnEndTask(EventLoop& loop, std::function<void()> task)
    : loop_(loop), task_(std::move(task)) {}

TurnEndTask::~TurnEndTask() {
  if (self_ != nullptr) *self_ = nullptr;
}

void TurnEndTask::Request() {
  if (requested_) return;
  requested_ = true;
  if (self_ == nullptr) self_ = std::make_shared<TurnEndTask*>(this);
  loop_.AtTurnEnd([self = self_] { Run(*self); });
}

void TurnEndTask::Run(TurnEndTask* const& self) {
  if (self == nullptr) return;
  self->requested_ = false;
  auto task = std::move(self->task_);
  task();
  if (self != nullptr) self->task_ = std::move(task);
}

}  // namespace weir::net

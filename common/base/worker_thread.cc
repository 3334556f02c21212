#include "base/worker_thread.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace weir {

struct WorkerThread::State {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::function<void()>> tasks;
  bool ending = false;
  std::thread thread;

  /// The next task; an empty one once it is time to end and none is left.
  std::function<void()> Next() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return ending || !tasks.empty(); });
    if (tasks.empty()) return {};
    std::function<void()> task = std::move(tasks.front());
    tasks.pop_front();
    return task;
  }

  void Run() {
    while (const std::function<void()> task = Next())
      task();
  }
};

WorkerThread::WorkerThread() : state_(std::make_unique<State>()) {
  state_->thread = std::thread([state = state_.get()] { state->Run(); });
}

WorkerThread::~WorkerThread() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_one();
  state_->thread.join();
}

void WorkerThread::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->tasks.push_back(std::move(task));
  }
  state_->changed.notify_one();
}

bool WorkerThread::IsCurrent() const {
  return std::this_thread::get_id() == state_->thread.get_id();
}

}  // namespace weir

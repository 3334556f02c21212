#include "net/event_loop.h"

#include <array>
#include <atomic>
#include <csignal>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/guarded.h"
#include "net/turn_end_task.h"
#include "net/uv_ptr.h"

namespace weir::net {
namespace {

using Tasks = std::vector<std::function<void()>>;

constexpr size_t kReadBufferSize = size_t{128} * 1024;

// Tasks at the turn's end may ask for more of their kind; after this many rounds others get a turn.
constexpr int kTurnEndRounds = 4;

/// Each task, and what it holds, is gone before the next one runs.
void RunAll(Tasks& tasks) {
  for (auto& task : tasks) {
    task();
    task = nullptr;
  }
  tasks.clear();
}

/// A write to a connection that the peer reset must fail with EPIPE, not end the program. Blocked
/// on this thread alone, since the signal goes to the thread that wrote.
void BlockSigpipe() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

struct EventLoop::State {
  State();
  ~State();

  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void OnWake();
  void RunTurnEnd();

  bool IsTurnEndIdle() const { return turn_end.empty() && turn_end_tasks.empty(); }

  uv_loop_t uv{};
  UvPtr<uv_async_t> wake{new uv_async_t{}};
  UvPtr<uv_prepare_t> before_poll{new uv_prepare_t{}};
  UvPtr<uv_check_t> after_poll{new uv_check_t{}};
  UvPtr<uv_idle_t> no_wait{new uv_idle_t{}};  // While active, the loop polls without waiting.

  Guarded<Tasks> posted;
  Tasks running;  // Swapped with `posted`, so that both keep their memory.
  Tasks turn_end;
  Tasks turn_end_running;
  TurnEndList turn_end_tasks;

  std::atomic<bool> stopping{false};
  std::atomic<std::thread::id> owner{std::this_thread::get_id()};
  bool in_run = false;
  std::optional<Clock::time_point> now;
  std::unique_ptr<std::array<char, kReadBufferSize>> read_buffer{
      new std::array<char, kReadBufferSize>};
};

EventLoop::State::State() {
  WEIR_CHECK(uv_loop_init(&uv) == 0);
  WEIR_CHECK(uv_async_init(&uv, wake.get(), [](uv_async_t* handle) {
               static_cast<State*>(handle->data)->OnWake();
             }) == 0);
  uv_prepare_init(&uv, before_poll.get());
  uv_check_init(&uv, after_poll.get());
  uv_idle_init(&uv, no_wait.get());
  wake->data = before_poll->data = after_poll->data = this;
  uv_prepare_start(before_poll.get(), [](uv_prepare_t* handle) {
    auto* state = static_cast<State*>(handle->data);
    state->RunTurnEnd();
    state->now.reset();
  });
  // Timers come after the events of a poll, which may have taken a while.
  uv_check_start(after_poll.get(),
                 [](uv_check_t* handle) { static_cast<State*>(handle->data)->now.reset(); });
}

EventLoop::State::~State() {
  // What a dropped task held may post again when it goes.
  Tasks dropped;
  do {
    dropped.clear();
    posted.With([&](Tasks& tasks) { dropped.swap(tasks); });
    for (auto& task : turn_end) {
      dropped.push_back(std::move(task));
    }
    turn_end.clear();
  } while (!dropped.empty());

  wake.reset();
  before_poll.reset();
  after_poll.reset();
  no_wait.reset();
  uv_walk(
      &uv,
      [](uv_handle_t* handle, void* /*unused*/) {
        WEIR_CHECK(uv_is_closing(handle));  // else something outlived its loop
      },
      nullptr);
  uv_run(&uv, UV_RUN_DEFAULT);
  WEIR_CHECK(uv_loop_close(&uv) == 0);
}

void EventLoop::State::OnWake() {
  if (stopping) uv_stop(&uv);
  posted.With([&](Tasks& tasks) { tasks.swap(running); });
  RunAll(running);
}

void EventLoop::State::RunTurnEnd() {
  uv_idle_stop(no_wait.get());
  for (int round = 0; round < kTurnEndRounds && !IsTurnEndIdle(); ++round) {
    turn_end_tasks.RunAll();
    turn_end_running.swap(turn_end);
    RunAll(turn_end_running);
  }
  if (!IsTurnEndIdle()) uv_idle_start(no_wait.get(), [](uv_idle_t* /*handle*/) {});
}

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}

EventLoop::~EventLoop() = default;

void EventLoop::Run() {
  BlockSigpipe();
  const std::thread::id maker = state_->owner.exchange(std::this_thread::get_id());
  state_->now.reset();
  state_->in_run = true;
  while (!state_->stopping.exchange(false)) {
    uv_run(&state_->uv, UV_RUN_DEFAULT);
  }
  state_->RunTurnEnd();
  state_->in_run = false;
  state_->owner = maker;
}

void EventLoop::Stop() {
  state_->stopping = true;
  uv_async_send(state_->wake.get());
}

void EventLoop::Post(std::function<void()> task) {
  const bool first = state_->posted.With([&](Tasks& tasks) {
    tasks.push_back(std::move(task));
    return tasks.size() == 1;
  });
  if (first) uv_async_send(state_->wake.get());
}

bool EventLoop::IsCurrent() const {
  return state_->owner == std::this_thread::get_id();
}

void EventLoop::AtTurnEnd(std::function<void()> task) {
  state_->turn_end.push_back(std::move(task));
}

void EventLoop::AtTurnEnd(TurnEndTask& task) {
  state_->turn_end_tasks.Add(task);
}

Clock::time_point EventLoop::now() const {
  if (!state_->in_run) return Clock::now();
  if (!state_->now) state_->now = Clock::now();
  return *state_->now;
}

uv_loop_t& EventLoop::uv() {
  return state_->uv;
}

std::span<char> EventLoop::read_buffer() {
  return *state_->read_buffer;
}

}  // namespace weir::net

#include "net/timer.h"

#include <algorithm>
#include <utility>

namespace weir::net {
namespace {

// Far enough for any wait, near enough for no sum to overflow.
constexpr Clock::duration kDelayMax = std::chrono::hours(24 * 365);

}  // namespace

Timer::Timer(EventLoop& loop, std::function<void()> on_time)
    : loop_(loop), on_time_(std::move(on_time)), handle_(new uv_timer_t{}) {
  uv_timer_init(&loop.uv(), handle_.get());
  handle_->data = this;
}

void Timer::Start(Clock::duration delay) {
  StartAt(loop_.now() + std::min(delay, kDelayMax));
}

void Timer::StartAt(Clock::time_point due) {
  // libuv counts the milliseconds of the clock that steady_clock reads too, so a rounded-up point
  // in time is never early. Zero would run again in the same turn, before any event.
  const auto due_ms = std::chrono::ceil<std::chrono::milliseconds>(due.time_since_epoch()).count();
  const auto now_ms = static_cast<int64_t>(uv_now(&loop_.uv()));
  uv_timer_start(handle_.get(), OnFired,
                 static_cast<uint64_t>(std::max<int64_t>(due_ms - now_ms, 1)), 0);
}

void Timer::OnFired(uv_timer_t* handle) {
  // The function may destroy the timer, and must not lose what it holds while it runs.
  auto on_time = std::move(static_cast<Timer*>(handle->data)->on_time_);
  on_time();
  if (auto* timer = static_cast<Timer*>(handle->data)) timer->on_time_ = std::move(on_time);
}

void Timer::Stop() {
  uv_timer_stop(handle_.get());
}

bool Timer::active() const {
  return uv_is_active(reinterpret_cast<const uv_handle_t*>(handle_.get())) != 0;
}

}  // namespace weir::net

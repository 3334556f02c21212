#include "daemon/signals.h"

#include <csignal>
#include <utility>

#include "base/check.h"

namespace weir::daemon {

Signals::Signals(net::EventLoop& loop, Calls calls)
    : calls_(std::move(calls)),
      terminate_(Watch(loop, SIGTERM)),
      interrupt_(Watch(loop, SIGINT)),
      hang_up_(Watch(loop, SIGHUP)) {}

void Signals::IgnoreBrokenPipes() {
  struct sigaction ignore {};

  ignore.sa_handler = SIG_IGN;
  WEIR_CHECK(sigaction(SIGPIPE, &ignore, nullptr) == 0);
}

net::UvPtr<uv_signal_t> Signals::Watch(net::EventLoop& loop, int signal) {
  auto fresh = std::make_unique<uv_signal_t>();
  WEIR_CHECK(uv_signal_init(&loop.uv(), fresh.get()) == 0);
  net::UvPtr<uv_signal_t> handle(fresh.release());
  handle->data = this;
  const int started = uv_signal_start(
      handle.get(),
      [](uv_signal_t* watch, int number) {
        if (watch->data != nullptr) static_cast<Signals*>(watch->data)->OnSignal(number);
      },
      signal);
  WEIR_CHECK(started == 0);
  return handle;
}

void Signals::OnSignal(int signal) {
  if (signal == SIGHUP) return calls_.reload();
  if (std::exchange(draining_, true)) return calls_.stop();
  calls_.drain();
}

}  // namespace weir::daemon

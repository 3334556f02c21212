#include "daemon/service_life.h"

#include <utility>

#include "base/log.h"
#include "daemon/signals.h"
#include "net/event_loop.h"
#include "net/timer.h"

namespace weir::daemon {
namespace {

using State = control::Readiness::State;

/// The main thread's part: waits, and tells the program what the signals mean.
class Watch {
 public:
  Watch(net::EventLoop& loop, Program& program, std::chrono::seconds patience,
        control::Readiness& readiness)
      : loop_(loop),
        program_(program),
        patience_(patience),
        readiness_(readiness),
        deadline_(loop, [this] { OnDeadline(); }),
        signals_(loop, {.drain = [this] { Drain(); },
                        .stop = [this] { OnSecondSignal(); },
                        .reload = [this] { Reload(); }}) {}

 private:
  void Drain() {
    log::Info("daemon", "", "draining for at most {} s", patience_.count());
    readiness_.Set(State::kDraining);
    deadline_.Start(patience_);
    // The loop outlives the program, and so whoever holds on to this.
    program_.Drain([&loop = loop_] { loop.Stop(); });
  }

  void OnDeadline() {
    log::Warn("daemon", "", "not drained in {} s: stopping all the same", patience_.count());
    loop_.Stop();
  }

  void OnSecondSignal() {
    log::Warn("daemon", "", "a second signal: stopping at once");
    loop_.Stop();
  }

  void Reload() {
    log::Info("daemon", "", "reloading");
    program_.Reload();
  }

  net::EventLoop& loop_;
  Program& program_;
  const std::chrono::seconds patience_;
  control::Readiness& readiness_;
  net::Timer deadline_;
  Signals signals_;
};

}  // namespace

Status Serve(std::unique_ptr<Program> program, const Settings& settings,
             control::Readiness& readiness) {
  net::EventLoop main_loop;
  net::LoopGroup loops(settings.loops);
  // Moved here so that it goes before the loops, on every way out.
  const std::unique_ptr<Program> running = std::move(program);
  if (const Status started = running->Start(loops); !started) return started;
  {
    const Watch watch(main_loop, *running, settings.drain, readiness);
    loops.Start();
    readiness.Set(State::kReady);
    log::Info("daemon", "", "ready, on {} loops", loops.size());
    main_loop.Run();
  }
  loops.Stop();
  log::Info("daemon", "", "stopped");
  return {};
}

}  // namespace weir::daemon

#include "origin/push/remote_run.h"

#include <utility>

namespace weir::push {

/// Touched on the run's loop alone.
struct RemoteRun::Remote {
  std::unique_ptr<Run> run;
};

RemoteRun::RemoteRun(net::EventLoop& loop, Executor& control, RunContext context, Order order,
                     const Progress& before, OnProgress on_progress)
    : loop_(loop),
      control_(control),
      on_progress_(std::make_shared<OnProgress>(std::move(on_progress))),
      remote_(std::make_shared<Remote>()) {
  loop_.Post([remote = remote_, context = std::move(context), order = std::move(order), before,
              control = &control_, listener = std::weak_ptr(on_progress_)] {
    remote->run = std::make_unique<Run>(
        context, order, before, [control, listener](const Progress& progress) {
          control->Post([listener, progress] {
            const auto told = listener.lock();
            const OnProgress tell = told == nullptr ? nullptr : *told;  // It may end inside.
            if (tell) tell(progress);
          });
        });
  });
}

RemoteRun::~RemoteRun() = default;

void RemoteRun::Stop(std::function<void()> done) {
  *on_progress_ = nullptr;
  loop_.Post([remote = remote_, control = &control_, done = std::move(done)] {
    // The run's own, so not a share in what owns the run.
    remote->run->Stop([remote = remote.get(), control, done] {
      remote->run.reset();
      control->Post(done);
    });
  });
}

}  // namespace weir::push

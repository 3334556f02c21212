#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "net/loop_group.h"
#include "net/tls_context.h"
#include "origin/api/routes.h"
#include "origin/push/map_watch.h"
#include "origin/push/options.h"
#include "origin/push/pushes.h"
#include "origin/tasks/task_book.h"
#include "origin/tasks/task_book_timer.h"
#include "protocols/srt/library.h"
#include "service/module.h"
#include "state/store.h"
#include "stream/registry.h"

namespace weir::push {

/// The loop that SRT alone runs on, since libsrt may hold its callers up; there is none, nor a
/// libsrt, before it is asked for. Streams post to it, so it outlives them.
///
/// Thread: the control loop's; made, stopped and destroyed while that stands still.
class SrtLoop {
 public:
  SrtLoop() : loops_(1) {}

  net::EventLoop& Get() {
    if (library_ == nullptr) {
      library_ = std::make_unique<srt::Library>();
      loops_.Start();
    }
    return loops_.at(0);
  }

  /// Before what runs on it is destroyed.
  void Stop() { loops_.Stop(); }

 private:
  std::unique_ptr<srt::Library> library_;
  net::LoopGroup loops_;
};

/// Pushing as a program has it: the tasks, the stream maps, the calls.
///
/// Thread: made and destroyed while the loops stand still; the calls are for the control loop.
class PushService {
 public:
  /// All of it outlives the service.
  struct Context {
    net::LoopGroup& loops;  ///< The first is the control loop.
    SrtLoop& srt;
    const stream::Registry& streams;
    state::Store& store;               ///< Of the control loop.
    const net::TlsClientContext& tls;  ///< For RTMPS.
    Executor& disk;
    std::string node;  ///< This node's name in the store.
    /// As FindOptions, of the virtual hosts as they are now. Control loop.
    std::function<Result<Options>(std::string_view vhost, std::string_view app)> options;
  };

  explicit PushService(Context context);

  PushService(const PushService&) = delete;
  PushService& operator=(const PushService&) = delete;

  void AddCalls(api::Routes& routes);

  Pushes& pushes() { return pushes_; }

  /// Ends all pushes of an application for good; those of a stream map begin again with their
  /// streams. Control loop.
  void EndApplication(const std::string& vhost, const std::string& app);

  /// Gives the tasks back to the store: they go on in the next life, or elsewhere. Control loop.
  void Close() { book_.Close(); }

  /// Any thread.
  std::vector<service::Measure> Measures() const { return pushes_.Measures(); }

 private:
  const Context context_;
  Pushes pushes_;
  tasks::TaskBook book_;
  tasks::TaskBookTimer timer_;
  MapWatch maps_;
};

}  // namespace weir::push

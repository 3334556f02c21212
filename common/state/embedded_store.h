#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "base/worker_thread.h"
#include "net/event_loop.h"
#include "state/call_table.h"
#include "state/store.h"
#include "state/watcher_list.h"

namespace weir::state {

/// The store of a single node: one SQLite file, written and read on a thread of its own, in the
/// order of the calls. Leases last no longer than the process; their fencing numbers go on.
class EmbeddedStore final : public Store {
 public:
  /// Opens the file at once, so this blocks. A file that is damaged, another program's or in use is
  /// an Error for people.
  static Result<std::unique_ptr<EmbeddedStore>> Open(net::EventLoop& loop, const std::string& path);

  ~EmbeddedStore() override;  ///< Ends the writes that were asked for, then closes the file.

  EmbeddedStore(const EmbeddedStore&) = delete;
  EmbeddedStore& operator=(const EmbeddedStore&) = delete;

  void Call(Request request, Clock::duration patience, Answer<Reply> answer) override;
  std::unique_ptr<Watch> StartWatch(std::string prefix, Watcher& watcher) override;

 private:
  class Engine;
  struct Outcome;

  EmbeddedStore(net::EventLoop& loop, std::unique_ptr<Engine> engine);
  void OnDone(uint64_t id, Outcome outcome);

  net::EventLoop& loop_;
  CallTable calls_;
  WatcherList watchers_;
  size_t queued_ = 0;                        // With the worker, those past their deadline too.
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is under way.
  std::unique_ptr<Engine> engine_;           // The worker's.
  WorkerThread worker_;                      // Goes first: its tasks use the engine.
};

}  // namespace weir::state

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/executor.h"
#include "state/watch.h"

namespace weir::state {

/// The watches of a store.
///
/// Thread: its loop's. A watcher may end watches, start some, or destroy the list.
class WatcherList {
 public:
  explicit WatcherList(Executor& loop);

  /// Where `working`, the watcher is told to scan from a later turn.
  std::unique_ptr<Watch> Add(std::string prefix, Watcher& watcher, bool working);

  void Tell(const Change& change);
  void TellScanNeeded();

  bool empty() const { return watches_->empty(); }

 private:
  class Handle;

  struct Watched {
    std::string prefix;
    Watcher* watcher = nullptr;
    bool started = false;  // The scan that it was told to make shows all changes before.
  };

  using Watches = std::map<uint64_t, Watched>;

  void ForEach(const std::function<void(Watched&)>& tell);

  Executor& loop_;
  uint64_t last_id_ = 0;
  const std::shared_ptr<Watches> watches_;  // Known weakly to the handles.
};

}  // namespace weir::state

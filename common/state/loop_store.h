#pragma once

#include <memory>
#include <string>

#include "base/executor.h"
#include "state/store.h"

namespace weir::state {

/// The store of another loop, for use on this one: asks there, and is answered here.
///
/// Thread: `here`. `store`, which lives on `home`, and both loops outlive it; the store must not be
/// destroyed while `home` runs. No answer comes once this is gone.
class LoopStore final : public Store {
 public:
  LoopStore(Store& store, Executor& home, Executor& here);

  void Call(Request request, Clock::duration patience, Answer<Reply> answer) override;

  /// A watcher that is thousands of changes behind is told to scan instead.
  std::unique_ptr<Watch> StartWatch(std::string prefix, Watcher& watcher) override;

 private:
  Store& store_;
  Executor& home_;
  Executor& here_;
  const std::shared_ptr<const bool> alive_;
};

}  // namespace weir::state

#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/clock.h"
#include "state/store.h"

namespace weir::tasks {

/// Tells one owner what a store has under a prefix, and what changes there: scans at first, after
/// every interruption and twice a minute, and reads what a watch says has changed.
///
/// Thread: the store's loop.
class PrefixFollower final : private state::Watcher {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    virtual void OnScanBegins() = 0;

    /// There, or changed; perhaps known already. While scanning and between scans.
    virtual void OnEntry(const state::Entry& entry) = 0;

    /// Removed, as of `version`.
    virtual void OnRemoved(const std::string& key, uint64_t version) = 0;

    /// A scan went through, and showed these keys.
    virtual void OnScanned(const std::set<std::string>& keys) = 0;
  };

  /// `store` and `owner` outlive it. Begins by itself.
  PrefixFollower(state::Store& store, std::string prefix, Owner& owner);

  PrefixFollower(const PrefixFollower&) = delete;
  PrefixFollower& operator=(const PrefixFollower&) = delete;

  /// Scans where that is due. Call it every second.
  void Look(Clock::time_point now);

 private:
  // Watcher.
  void OnScanNeeded() override;
  void OnChanged(const state::Change& change) override;

  void Begin();
  void ReadPage(const std::string& after);
  void OnPage(const Result<state::Page>& page);

  state::Store& store_;
  const std::string prefix_;
  Owner& owner_;
  bool scanning_ = false;
  bool wanted_ = false;  // one more, behind the one under way
  Clock::time_point due_{};
  Clock::time_point now_{};
  std::set<std::string> found_;
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is under way.
  std::unique_ptr<state::Watch> watch_;
};

}  // namespace weir::tasks

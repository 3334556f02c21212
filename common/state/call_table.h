#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "net/event_loop.h"
#include "net/timer.h"
#include "state/store.h"

namespace weir::state {

/// The calls to a store that have no answer yet: checks them, bounds them, and ends each at its
/// deadline.
///
/// Thread: its loop's. An answer may destroy the table.
class CallTable {
 public:
  static constexpr size_t kCallsMax = 1024;
  static constexpr size_t kBytesMax = size_t{8} << 20;

  /// `why_late` is asked what a call that met its deadline is answered with.
  CallTable(net::EventLoop& loop, std::function<Error(uint64_t id)> why_late);

  CallTable(const CallTable&) = delete;
  CallTable& operator=(const CallTable&) = delete;

  /// Gives the call's number, higher than all before; or nothing for one that is refused, which is
  /// then answered from a later turn.
  std::optional<uint64_t> Add(const Request& request, Clock::time_point deadline,
                              Answer<Reply> answer);

  /// Answers from a later turn.
  void Refuse(Error reason, Answer<Reply> answer);

  /// Whether the call has no answer yet.
  bool Waits(uint64_t id) const { return calls_.contains(id); }

  /// Answers the call, unless that was done at its deadline.
  void Settle(uint64_t id, Result<Reply> reply);

 private:
  struct Waiting {
    Clock::time_point deadline;
    size_t bytes = 0;
    Answer<Reply> answer;
  };

  void OnTime();

  net::EventLoop& loop_;
  std::function<Error(uint64_t id)> why_late_;
  net::Timer timer_;
  std::map<uint64_t, Waiting> calls_;
  std::set<std::pair<Clock::time_point, uint64_t>> deadlines_;
  size_t bytes_ = 0;
  uint64_t last_id_ = 0;
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is under way.
};

}  // namespace weir::state

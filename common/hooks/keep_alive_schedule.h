#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace weir::hooks {

/// When to ask about whom: each once in an interval, at a time of its own that its id gives, so
/// that many who came together are not asked about together.
///
/// Sans-IO. Thread: one.
class KeepAliveSchedule {
 public:
  explicit KeepAliveSchedule(Clock::duration interval) : interval_(interval) {}

  /// First due at its time within the next interval.
  void Add(const std::string& id, Clock::time_point now);
  void Remove(const std::string& id);

  /// Who is due, `max` at most: the others stay due. Whoever is still being asked about sits this
  /// time out.
  std::vector<std::string> TakeDue(Clock::time_point now, size_t max);

  /// The answer is there, or will not come.
  void Done(const std::string& id);

  std::optional<Clock::time_point> NextDue() const;

  size_t size() const { return entries_.size(); }

  uint64_t skipped() const { return skipped_; }

 private:
  struct Entry {
    Clock::time_point due;
    bool asking = false;
  };

  Clock::time_point After(const std::string& id, Clock::time_point now) const;

  const Clock::duration interval_;
  std::map<std::string, Entry> entries_;
  std::set<std::pair<Clock::time_point, std::string>> by_due_;
  uint64_t skipped_ = 0;
};

}  // namespace weir::hooks

#include "hooks/keep_alive_schedule.h"

#include <functional>

namespace weir::hooks {

void KeepAliveSchedule::Add(const std::string& id, Clock::time_point now) {
  const Clock::time_point due = After(id, now);
  if (entries_.emplace(id, Entry{.due = due}).second) by_due_.emplace(due, id);
}

void KeepAliveSchedule::Remove(const std::string& id) {
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return;
  by_due_.erase({entry->second.due, id});
  entries_.erase(entry);
}

std::vector<std::string> KeepAliveSchedule::TakeDue(Clock::time_point now, size_t max) {
  std::vector<std::string> due;
  while (due.size() < max && !by_due_.empty() && by_due_.begin()->first <= now) {
    auto node = by_due_.extract(by_due_.begin());
    auto& [time, id] = node.value();
    Entry& entry = entries_.find(id)->second;
    if (entry.asking) {
      ++skipped_;
    } else {
      entry.asking = true;
      due.push_back(id);
    }
    time = entry.due = After(id, now);
    by_due_.insert(std::move(node));
  }
  return due;
}

void KeepAliveSchedule::Done(const std::string& id) {
  if (const auto entry = entries_.find(id); entry != entries_.end()) entry->second.asking = false;
}

std::optional<Clock::time_point> KeepAliveSchedule::NextDue() const {
  if (by_due_.empty()) return std::nullopt;
  return by_due_.begin()->first;
}

/// The first of the id's own times after `now`.
Clock::time_point KeepAliveSchedule::After(const std::string& id, Clock::time_point now) const {
  const auto phase = Clock::duration(
      static_cast<Clock::rep>(std::hash<std::string>()(id) % uint64_t(interval_.count())));
  const Clock::duration since = now.time_since_epoch() - phase;
  return now + interval_ - since % interval_;
}

}  // namespace weir::hooks

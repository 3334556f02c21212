#include "origin/events/event_timetable.h"

#include <algorithm>

#include "origin/events/event_reader.h"

namespace weir::origin {
namespace {

/// Null where it has no effect.
std::shared_ptr<const media::Event> Make(const PeriodicEvent& periodic, uint32_t series,
                                         UtcTime utc) {
  const auto read = ReadEvent(periodic.body, utc);
  if (!read || !*read) return nullptr;
  media::Event event = **read;
  event.series = series;
  event.key_frame_only = periodic.key_frame_only;
  return std::make_shared<const media::Event>(std::move(event));
}

}  // namespace

void EventTimetable::Set(const App& app, std::vector<PeriodicEvent> events, Clock::time_point now) {
  std::vector<Entry>& entries = events_[app];
  entries.clear();
  for (PeriodicEvent& event : events) {
    const Clock::time_point due = now + event.interval;
    entries.push_back({.event = std::move(event), .series = ++last_series_, .due = due});
  }
}

std::optional<Clock::time_point> EventTimetable::next() const {
  std::optional<Clock::time_point> next;
  for (const auto& [app, entries] : events_) {
    for (const Entry& entry : entries)
      next = next ? std::min(*next, entry.due) : entry.due;
  }
  return next;
}

std::vector<EventTimetable::Due> EventTimetable::Take(Clock::time_point now, UtcTime utc) {
  std::vector<Due> all;
  for (auto& [app, entries] : events_) {
    for (Entry& entry : entries) {
      if (now < entry.due) continue;
      entry.due += entry.event.interval;
      if (entry.due <= now) entry.due = now + entry.event.interval;
      if (auto event = Make(entry.event, entry.series, utc))
        all.push_back(
            {.app = app, .stream_name = entry.event.stream_name, .event = std::move(event)});
    }
  }
  return all;
}

}  // namespace weir::origin

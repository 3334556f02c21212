#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "media/event.h"
#include "origin/events/event_file.h"

namespace weir::origin {

/// The periodic events of all applications, and when each is due. Reads no clock.
class EventTimetable {
 public:
  /// By the names of virtual host and application.
  using App = std::pair<std::string, std::string>;

  /// An event that is due, for the streams of that name.
  struct Due {
    App app;
    std::string stream_name;
    std::shared_ptr<const media::Event> event;
  };

  /// From now on these are the events of `app`, in place of those it had. Each is due when its
  /// interval has passed.
  void Set(const App& app, std::vector<PeriodicEvent> events, Clock::time_point now);

  void Remove(const App& app) { events_.erase(app); }

  /// When the next one is due; nothing where there is none.
  std::optional<Clock::time_point> next() const;

  /// What is due. One that comes late, or very late, is due once, and then in its interval.
  std::vector<Due> Take(Clock::time_point now, UtcTime utc);

 private:
  struct Entry {
    PeriodicEvent event;
    uint32_t series = 0;
    Clock::time_point due{};
  };

  std::map<App, std::vector<Entry>> events_;
  uint32_t last_series_ = 0;
};

}  // namespace weir::origin

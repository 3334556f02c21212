#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/file_stamp.h"
#include "net/event_loop.h"
#include "net/timer.h"
#include "origin/events/event_file.h"
#include "origin/events/event_timetable.h"
#include "service/host_book.h"
#include "stream/registry.h"

namespace weir::origin {

/// Sends the events that the files of applications' <EventGenerator> ask for, and reads a file
/// again when it has changed. One that cannot be read, or is wrong, changes nothing, and is told to
/// the log once.
///
/// Thread: the control loop's.
class EventGenerator {
 public:
  struct Context {
    net::EventLoop& control;
    Executor& disk;  ///< Where files are read.
    const stream::Registry& streams;
    const service::HostBook& book;
    std::function<UtcTime()> utc;
    std::chrono::milliseconds look_every = std::chrono::seconds(1);  ///< At files.
  };

  /// All that `context` refers to outlives it.
  explicit EventGenerator(Context context);

  EventGenerator(const EventGenerator&) = delete;
  EventGenerator& operator=(const EventGenerator&) = delete;

 private:
  using App = EventTimetable::App;

  /// An application's file, as it was last seen.
  struct File {
    std::string path;
    bool seen = false;
    std::optional<FileStamp> stamp{};  ///< Nothing: it was not there.
  };

  using Files = std::map<App, File>;

  /// What has become of one.
  struct Change {
    App app;
    File file;
    Result<std::vector<PeriodicEvent>> events;
  };

  static std::vector<Change> FindChanges(const Files& files);

  void Look();
  void FollowBook();
  void OnLooked(std::vector<Change> changes);
  void OnTime();
  void StartTimer();
  void Send(const std::vector<EventTimetable::Due>& due) const;

  const Context context_;
  std::optional<uint64_t> version_;  // of the book that files_ is of
  Files files_;
  EventTimetable timetable_;
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is under way.
  net::Timer look_timer_;
  net::Timer event_timer_;
};

}  // namespace weir::origin

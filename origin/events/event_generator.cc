#include "origin/events/event_generator.h"

#include <utility>

#include "base/log.h"
#include "service/letters.h"

namespace weir::origin {
namespace {

/// The application that a stream is of, be it by the template; nothing where it is of none.
std::optional<EventTimetable::App> AppOf(const service::VirtualHosts& hosts,
                                         const stream::StreamPath& path) {
  const service::Application* const application = hosts.ApplicationOf(path);
  if (application == nullptr) return std::nullopt;
  return EventTimetable::App{path.vhost, application->name};
}

std::string TextOf(const EventTimetable::App& app) {
  return app.first + "/" + app.second;
}

}  // namespace

EventGenerator::EventGenerator(Context context)
    : context_(std::move(context)),
      alive_(std::make_shared<const bool>(true)),
      look_timer_(context_.control, [this] { Look(); }),
      event_timer_(context_.control, [this] { OnTime(); }) {
  look_timer_.Start(std::chrono::milliseconds(1));
}

void EventGenerator::Look() {
  FollowBook();
  if (files_.empty()) return look_timer_.Start(context_.look_every);
  context_.disk.Post(
      [this, files = files_, control = &context_.control, alive = std::weak_ptr(alive_)] {
        control->Post([this, alive, changes = FindChanges(files)] {
          if (alive.lock() != nullptr) OnLooked(changes);
        });
      });
}

/// Files that are named no more stop sending.
void EventGenerator::FollowBook() {
  const uint64_t version = context_.book.version();
  if (version_ == version) return;
  version_ = version;
  Files files;
  const auto now = context_.book.Now();
  for (const service::VirtualHost& host : now->hosts.list()) {
    for (const service::Application& application : host.applications) {
      const Result<std::string> path = FindEventFile(application);
      if (!path || path->empty()) continue;
      const App app{host.name, application.name};
      const auto old = files_.find(app);
      const bool same = old != files_.end() && old->second.path == *path;
      files[app] = same ? old->second : File{.path = *path};
    }
  }
  for (const auto& [app, file] : files_) {
    const auto kept = files.find(app);
    if (kept == files.end() || kept->second.path != file.path) timetable_.Remove(app);
  }
  files_ = std::move(files);
  StartTimer();
}

/// The stamp is taken first: what is written behind it is seen the next time.
std::vector<EventGenerator::Change> EventGenerator::FindChanges(const Files& files) {
  std::vector<Change> changes;
  for (const auto& [app, file] : files) {
    const std::optional<FileStamp> stamp = StampOf(file.path);
    if (file.seen && stamp == file.stamp) continue;
    changes.push_back({.app = app,
                       .file = {.path = file.path, .seen = true, .stamp = stamp},
                       .events = ReadEventFile(file.path)});
  }
  return changes;
}

void EventGenerator::OnLooked(std::vector<Change> changes) {
  look_timer_.Start(context_.look_every);
  for (Change& change : changes) {
    const auto file = files_.find(change.app);
    if (file == files_.end() || file->second.path != change.file.path) continue;
    file->second = change.file;
    if (!change.events) {
      log::Warn("events", TextOf(change.app), "its events stay as they are: {}",
                change.events.error().detail);
      continue;
    }
    log::Info("events", TextOf(change.app), "{} events from {}", change.events->size(),
              change.file.path);
    timetable_.Set(change.app, *std::move(change.events), context_.control.now());
  }
  StartTimer();
}

void EventGenerator::OnTime() {
  Send(timetable_.Take(context_.control.now(), context_.utc()));
  StartTimer();
}

void EventGenerator::StartTimer() {
  if (const auto next = timetable_.next()) {
    event_timer_.StartAt(*next);
  } else {
    event_timer_.Stop();
  }
}

void EventGenerator::Send(const std::vector<EventTimetable::Due>& due) const {
  if (due.empty()) return;
  const auto now = context_.book.Now();
  for (const stream::StreamPath& path : context_.streams.List()) {
    const std::optional<App> app = AppOf(now->hosts, path);
    const stream::StreamRef stream = context_.streams.Find(path);
    if (!app || !stream) continue;
    for (const EventTimetable::Due& one : due) {
      if (one.app == *app && service::MatchesWildcards(one.stream_name, path.name))
        stream::Inject(stream, one.event);
    }
  }
}

}  // namespace weir::origin

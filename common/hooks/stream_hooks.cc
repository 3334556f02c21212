#include "hooks/stream_hooks.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace weir::hooks {
namespace {

bool MayStay(const Result<int>& status, const HookApp& app) {
  if (status && *status == 200) return true;
  const bool said_no = status && *status == 403;
  return !said_no && app.fail_open;
}

}  // namespace

/// The keep-alives of one application.
struct StreamHooks::Beats {
  explicit Beats(const HookApp& its_app) : app(its_app), schedule(its_app.interval) {}

  /// One line when the backend begins to fail, and one when it is over.
  void Note(const Result<int>& status) {
    const bool fails = !status || (*status != 200 && *status != 403);
    if (fails == std::exchange(failing, fails)) return;
    if (!fails) return log::Info("hooks", app.key, "keep-alives are answered again");
    log::Warn("hooks", app.key, "keep-alives are not answered, which {}: {}",
              app.fail_open ? "ends nobody" : "ends streams",
              status ? fmt::format("status {}", *status) : status.error().detail);
  }

  const HookApp& app;
  KeepAliveSchedule schedule;
  size_t open = 0;  // asked and not answered
  bool failing = false;
};

StreamHooks::StreamHooks(net::EventLoop& loop, const WcsOptions& options, HookCaller& caller,
                         Owner& owner)
    : loop_(loop), options_(options), caller_(caller), owner_(owner), timer_(loop, [this] {
        Run();
      }) {
  for (const HookApp& app : options.apps) {
    if (app.Calls(kStreamKeepAliveEvent)) beats_.push_back(std::make_unique<Beats>(app));
  }
}

StreamHooks::~StreamHooks() = default;

void StreamHooks::OnCame(const StreamObject& stream) {
  Tell(stream);
  Beats* const beats = BeatsFor(stream);
  if (beats == nullptr) return;
  beats->schedule.Add(stream.media_session_id, loop_.now());
  Run();
}

void StreamHooks::OnWent(const StreamObject& stream) {
  Tell(stream);
  if (Beats* const beats = BeatsFor(stream)) beats->schedule.Remove(stream.media_session_id);
}

void StreamHooks::Tell(const StreamObject& stream) {
  const HookApp* const app = options_.AppFor(stream.path, kStreamStatusEvent);
  if (app != nullptr)
    caller_.Call(*app, kStreamStatusEvent, ToJson(stream), [](const Result<int>& /*status*/) {});
}

StreamHooks::Beats* StreamHooks::BeatsFor(const StreamObject& stream) {
  const HookApp* const app = options_.AppOf(stream.path);
  const auto found = std::find_if(beats_.begin(), beats_.end(),
                                  [app](const auto& beats) { return &beats->app == app; });
  return found == beats_.end() ? nullptr : found->get();
}

/// Asks about whoever is due and finds a connection, and comes back when the next one is.
void StreamHooks::Run() {
  std::optional<Clock::time_point> next;
  for (const auto& beats : beats_) {
    for (const std::string& id :
         beats->schedule.TakeDue(loop_.now(), beats->app.connections_max - beats->open))
      Ask(*beats, id);
    // Without a free connection the next answer goes on.
    if (beats->open >= beats->app.connections_max) continue;
    if (const auto due = beats->schedule.NextDue()) next = next ? std::min(*next, *due) : *due;
  }
  if (next) timer_.StartAt(*next);
}

void StreamHooks::Ask(Beats& beats, const std::string& id) {
  const std::optional<StreamObject> stream = owner_.Describe(id);
  if (!stream) return beats.schedule.Remove(id);
  ++beats.open;
  caller_.Call(beats.app, kStreamKeepAliveEvent, ToJson(*stream),
               [this, life = std::weak_ptr(alive_), &beats, id](const Result<int>& status) {
                 if (!life.expired()) OnAnswer(beats, id, status);
               });
}

void StreamHooks::OnAnswer(Beats& beats, const std::string& id, const Result<int>& status) {
  const bool was_full = beats.open >= beats.app.connections_max;
  --beats.open;
  beats.schedule.Done(id);
  beats.Note(status);
  if (!MayStay(status, beats.app)) owner_.Terminate(id, kTerminatedByKeepAlive);
  if (was_full) Run();
}

}  // namespace weir::hooks

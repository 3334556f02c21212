#include "origin/record/record_runner.h"

#include <utility>

#include "base/log.h"

namespace weir::record {
namespace {

stream::StreamPath PathOf(const tasks::TaskKey& key, const RecordSpec& spec) {
  return {.vhost = key.vhost, .app = key.app, .name = spec.stream};
}

}  // namespace

RecordRunner::RecordRunner(net::EventLoop& loop, stream::Registry& streams, FinishQueue& finishing,
                           RootOf root_of, Recording::Options options)
    : loop_(loop),
      streams_(streams),
      finishing_(finishing),
      root_of_(std::move(root_of)),
      options_(std::move(options)),
      alive_(std::make_shared<const bool>(true)) {}

RecordRunner::~RecordRunner() = default;

bool RecordRunner::Wants(const tasks::Task& task) {
  const auto active = active_.find(task.key);
  if (active != active_.end()) {
    const Recording& recording = *active->second.recording;
    // What is written and finished is reported first.
    if (recording.following() || recording.status().progress.open ||
        finishing_.Has(active->second.task.transaction_id))
      return true;
    return static_cast<bool>(streams_.Find(PathOf(task.key, active->second.task.spec)));
  }
  const Result<RecordTask> read = ReadTask(task.spec);
  return read && streams_.Find(PathOf(task.key, read->spec)) &&
         root_of_(task.key.vhost, task.key.app);
}

void RecordRunner::Start(const tasks::Task& task) {
  Result<RecordTask> read = ReadTask(task.spec);
  const std::optional<std::string> root = root_of_(task.key.vhost, task.key.app);
  if (!read || !root) return;  // Wants() has said no to it.
  RecordProgress before = ReadProgress(task.progress);
  RecorderSetup setup{.spec = read->spec,
                      .vhost = task.key.vhost,
                      .app = task.key.app,
                      .transaction_id = read->transaction_id,
                      .created = read->created,
                      .root = *root,
                      .journal_folder = finishing_.journal_folder(),
                      .sequence = before.next_sequence,
                      .first_frame = before.first_frame};
  log::Info("record", PathOf(task.key, read->spec).text(), "recording {} begins", task.key.id);
  auto recording = std::make_unique<Recording>(
      loop_, finishing_, std::move(setup), options_,
      [this, key = task.key] { Report(key, tasks::TaskBook::Haste::kNow); });
  Active& active = active_[task.key];
  active = {.task = *std::move(read),
            .root = *root,
            .before = std::move(before),
            .recording = std::move(recording)};
  Follow(task.key, active);
}

void RecordRunner::Stop(const tasks::TaskKey& key, tasks::StopReason reason) {
  const auto found = active_.find(key);
  if (found == active_.end()) return;
  if (reason != tasks::StopReason::kLost) Report(key, tasks::TaskBook::Haste::kNow);
  log::Info("record", PathOf(key, found->second.task.spec).text(), "recording {} {}", key.id,
            reason == tasks::StopReason::kRemoved ? "is over" : "pauses");
  const uint64_t number = ++last_ending_;
  Recording& recording = *(ending_[number] = std::move(found->second.recording));
  active_.erase(found);
  recording.End(reason == tasks::StopReason::kRemoved,
                [this, alive = std::weak_ptr<const bool>(alive_), number] {
                  // Not from inside its own call.
                  if (!alive.expired())
                    loop_.Post([this, alive, number] {
                      if (!alive.expired()) ending_.erase(number);
                    });
                });
}

void RecordRunner::Look(Clock::time_point now) {
  for (auto& [key, active] : active_) {
    Follow(key, active);
    active.recording->Look(now);
    Report(key, tasks::TaskBook::Haste::kLater);
  }
}

std::optional<RecordProgress> RecordRunner::ProgressOf(const tasks::TaskKey& key) const {
  const auto active = active_.find(key);
  if (active == active_.end()) return std::nullopt;
  return Add(active->second);
}

void RecordRunner::OnFinished(const RecordedFile& file) {
  for (auto& [key, active] : active_) {
    if (active.task.transaction_id != file.transaction_id) continue;
    active.before.output_file_path = file.root + "/" + file.final_path;
    if (!file.info_path.empty()) active.before.output_info_path = file.root + "/" + file.info_path;
    active.before.finished = file.finished();
    Report(key, tasks::TaskBook::Haste::kNow);
    return;
  }
}

void RecordRunner::Follow(const tasks::TaskKey& key, Active& active) {
  if (!active.recording->following())
    active.recording->Follow(streams_.Find(PathOf(key, active.task.spec)));
}

RecordProgress RecordRunner::Add(const Active& active) const {
  const Recording::Status status = active.recording->status();
  RecordProgress progress = active.before;
  progress.state = status.state;
  progress.reason = status.reason;
  const RecorderProgress& now = status.progress;
  if (now.open) {
    progress.sequence = now.sequence;
    progress.bytes = now.bytes;
    progress.time = now.time;
    progress.started = now.started;
    if (!now.info_path.empty()) progress.output_info_path = active.root + "/" + now.info_path;
  }
  progress.next_sequence = now.sequence + (now.open ? 1 : 0);
  progress.total_bytes += now.closed_bytes + (now.open ? now.bytes : 0);
  progress.total_time += now.closed_time + (now.open ? now.time : std::chrono::milliseconds(0));
  progress.first_frame = now.first_frame;
  return progress;
}

void RecordRunner::Report(const tasks::TaskKey& key, tasks::TaskBook::Haste haste) {
  const auto active = active_.find(key);
  if (active == active_.end() || book_ == nullptr) return;
  book_->Update(key, ToJson(Add(active->second)), haste);
}

}  // namespace weir::record

#include "origin/tasks/task_book.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "origin/tasks/task_codec.h"

namespace weir::tasks {
namespace {

using std::chrono::seconds;

constexpr Clock::duration kPatience = seconds(5);
constexpr Clock::duration kWriteLater = seconds(5);
constexpr Clock::duration kRetry = seconds(1);
/// A lease is renewed so often in its time to live.
constexpr int kRenewals = 3;

bool IsConflict(const Error& error) {
  return error.code == ErrorCode::kConflict;
}

}  // namespace

template <class T, class Then>
state::Answer<T> TaskBook::For(const Known& known, Then then) {
  return [this, alive = std::weak_ptr<const bool>(alive_),
          handle = Handle{.key = known.task.key, .serial = known.serial},
          then = std::move(then)](Result<T> result) mutable {
    if (alive.expired()) return;
    NoteStore(result || result.error().code != ErrorCode::kUnavailable);
    then(Seek(handle), std::move(result));
  };
}

TaskBook::TaskBook(state::Store& store, Options options, TaskRunner& runner)
    : store_(store),
      options_(std::move(options)),
      runner_(runner),
      alive_(std::make_shared<const bool>(true)),
      memory_(store, fmt::format("task-node/{}/{}", options_.kind, options_.node)),
      follower_(store, KeyPrefix(options_.kind), *this) {
  memory_.Mark();
}

void TaskBook::Add(TaskKey key, nlohmann::json spec, nlohmann::json progress,
                   state::Answer<void> answer) {
  const auto refuse = [&](ErrorCode code, std::string detail) {
    answer(Fail(code, std::move(detail)));
  };
  if (known_.contains(key)) return refuse(ErrorCode::kConflict, "there is a task of that id");
  if (!loaded_ || closed_)
    return refuse(ErrorCode::kUnavailable, "not done: the tasks are not loaded");
  if (known_.size() >= options_.tasks_max)
    return refuse(ErrorCode::kLimitExceeded, "there are too many tasks");
  Task task{.key = std::move(key), .spec = std::move(spec), .progress = std::move(progress)};
  state::PutRequest put{
      .key = NameOf(task.key), .value = EncodeTask(task), .expected = state::kAbsent};
  store_.Put(std::move(put), kPatience,
             [this, alive = std::weak_ptr<const bool>(alive_), task = std::move(task),
              answer = std::move(answer)](const Result<uint64_t>& version) mutable {
               if (alive.expired()) return;
               if (!version) return answer(tl::unexpected(version.error()));
               memory_.Mark();
               // A watch may have been faster.
               const auto known = known_.find(task.key);
               Known& added =
                   known != known_.end() ? known->second : Insert(std::move(task), *version);
               answer({});
               if (alive.expired()) return;
               LookAt(added);
             });
}

void TaskBook::Remove(const TaskKey& key, state::Answer<Task> answer) {
  const auto found = known_.find(key);
  if (found == known_.end()) {
    return answer(loaded_ ? Fail(ErrorCode::kNotFound, "there is no such task")
                          : Fail(ErrorCode::kUnavailable, "not done: the tasks are not loaded"));
  }
  const Known& known = found->second;
  store_.Remove({.key = NameOf(key)}, kPatience,
                For<void>(known, [this, task = known.task, answer = std::move(answer)](
                                     Known* still, const Status& removed) mutable {
                  if (!removed && removed.error().code != ErrorCode::kNotFound)
                    return answer(tl::unexpected(removed.error()));
                  if (still != nullptr) {
                    task = still->task;
                    Drop(task.key);
                  }
                  answer(std::move(task));
                }));
}

void TaskBook::Update(const TaskKey& key, nlohmann::json progress, Haste haste) {
  const auto found = known_.find(key);
  if (found == known_.end() || found->second.phase != Phase::kRunning) return;
  Known& known = found->second;
  if (known.task.progress == progress) return;
  known.task.progress = std::move(progress);
  const Clock::time_point due = haste == Haste::kNow ? now_ : now_ + kWriteLater;
  known.write_at = std::min(due, known.write_at.value_or(due));
  if (haste == Haste::kNow) Write(known);
}

const Task* TaskBook::Find(const TaskKey& key) const {
  const auto found = known_.find(key);
  return found == known_.end() ? nullptr : &found->second.task;
}

std::vector<Task> TaskBook::List(std::string_view vhost, std::string_view app) const {
  std::vector<Task> tasks;
  for (const auto& [key, known] : known_)
    if (key.vhost == vhost && key.app == app) tasks.push_back(known.task);
  return tasks;
}

std::vector<Task> TaskBook::List() const {
  std::vector<Task> tasks;
  for (const auto& [key, known] : known_)
    tasks.push_back(known.task);
  return tasks;
}

void TaskBook::WhenLoaded(std::function<void()> call) {
  if (loaded_) return call();
  when_loaded_.push_back(std::move(call));
}

bool TaskBook::RunsHere(const TaskKey& key) const {
  const auto found = known_.find(key);
  return found != known_.end() && found->second.phase == Phase::kRunning;
}

void TaskBook::Look(Clock::time_point now) {
  now_ = now;
  if (closed_) return;
  follower_.Look(now);
  LookForMissing();
  for (auto& [key, known] : known_)
    LookAt(known);
}

void TaskBook::Close() {
  closed_ = true;
  for (auto& [key, known] : known_)
    if (known.phase == Phase::kRunning) Stop(known, StopReason::kClosing);
}

void TaskBook::OnScanBegins() {
  scan_began_ = events_;
}

void TaskBook::OnEntry(const state::Entry& entry) {
  Result<Task> task = DecodeTask(options_.kind, entry.key, entry.value);
  if (!task) {
    if (damaged_.insert(entry.key).second)
      log::Warn("tasks", entry.key, "not run: {}", task.error().detail);
    return;
  }
  missing_.erase(task->key);
  const auto found = known_.find(task->key);
  if (found == known_.end()) {
    if (known_.size() < options_.tasks_max) LookAt(Insert(std::move(*task), entry.version));
    return;
  }
  Known& known = found->second;
  known.touched = ++events_;
  if (entry.version <= known.version) return;
  if (known.phase == Phase::kRunning) {
    if (task->node == options_.node || task->fence < known.lease.fence) return;
    Stop(known, StopReason::kLost);
  }
  if (known.phase == Phase::kClaiming) return;  // The claim will find out.
  known.task = std::move(*task);
  known.version = entry.version;
}

void TaskBook::OnRemoved(const std::string& key, uint64_t version) {
  const Result<TaskKey> task_key = ReadKey(options_.kind, key);
  if (!task_key) return;
  const auto found = known_.find(*task_key);
  if (found != known_.end() && found->second.version < version) Drop(*task_key);
}

void TaskBook::OnScanned(const std::set<std::string>& keys) {
  loaded_ = true;
  NoteStore(true);
  for (const auto& [key, known] : known_)
    if (known.touched <= scan_began_ && !keys.contains(NameOf(key))) missing_.insert(key);
  LookForMissing();
  const std::weak_ptr<const bool> alive(alive_);
  for (const auto& call : std::exchange(when_loaded_, {})) {
    if (alive.expired()) return;
    call();
  }
}

/// Tasks that were removed while nobody told us of it end here; those that the store forgot are put
/// again.
void TaskBook::LookForMissing() {
  if (missing_.empty()) return;
  memory_.Check([this](bool forgotten) {
    const std::set<TaskKey> missing = std::exchange(missing_, {});
    if (forgotten) log::Warn("tasks", options_.kind, "the store has forgotten tasks: put again");
    for (const TaskKey& key : missing) {
      const auto found = known_.find(key);
      if (found == known_.end()) continue;
      if (!forgotten) {
        Drop(key);
        continue;
      }
      found->second.version = state::kAbsent;
      found->second.touched = ++events_;
      found->second.write_at = now_;
      Write(found->second);
    }
    if (forgotten) memory_.Mark();
  });
}

TaskBook::Known* TaskBook::Seek(const Handle& handle) {
  const auto found = known_.find(handle.key);
  return found == known_.end() || found->second.serial != handle.serial ? nullptr : &found->second;
}

std::string TaskBook::NameOf(const TaskKey& key) const {
  return StoreKey(options_.kind, key);
}

TaskBook::Known& TaskBook::Insert(Task task, uint64_t version) {
  Known& known = known_[task.key];
  known.task = std::move(task);
  known.version = version;
  known.serial = ++last_serial_;
  known.touched = ++events_;
  return known;
}

void TaskBook::LookAt(Known& known) {
  if (closed_) return;
  if (known.write_at && *known.write_at <= now_) Write(known);
  switch (known.phase) {
    case Phase::kFree:
      if (MayTry(known) && runner_.Wants(known.task)) Acquire(known);
      break;
    case Phase::kRunning:
      if (!runner_.Wants(known.task)) {
        Stop(known, StopReason::kUnwanted);
      } else if (!known.renewing && now_ >= known.renewed + options_.ttl / kRenewals) {
        Renew(known);
      }
      break;
    case Phase::kAcquiring:
    case Phase::kClaiming:
      break;
  }
}

bool TaskBook::MayTry(const Known& known) const {
  const bool of_another = !known.task.node.empty() && known.task.node != options_.node;
  return now_ >= known.try_again && (!of_another || (!away_ && now_ >= others_after_));
}

void TaskBook::Acquire(Known& known) {
  known.phase = Phase::kAcquiring;
  store_.Acquire(
      {.name = NameOf(known.task.key), .owner = options_.node, .ttl = options_.ttl}, kPatience,
      For<state::Lease>(known, [this, asked = now_](Known* still, Result<state::Lease> lease) {
        if (still == nullptr || closed_) {
          if (lease) GiveBack(*lease);
        } else if (lease) {
          still->lease = std::move(*lease);
          still->renewed = asked;
          Claim(*still);
        } else {
          still->phase = Phase::kFree;
          still->try_again = now_ + (IsConflict(lease.error()) ? options_.ttl / kRenewals : kRetry);
        }
      }));
}

void TaskBook::Claim(Known& known) {
  known.phase = Phase::kClaiming;
  Task claimed = known.task;
  claimed.node = options_.node;
  claimed.fence = known.lease.fence;
  store_.Put(
      {.key = NameOf(claimed.key), .value = EncodeTask(claimed), .expected = known.version},
      kPatience,
      For<uint64_t>(known, [this, lease = known.lease](Known* still, Result<uint64_t> version) {
        if (still == nullptr || closed_) return GiveBack(lease);
        OnClaimed(*still, version);
      }));
}

void TaskBook::OnClaimed(Known& known, const Result<uint64_t>& version) {
  known.touched = ++events_;
  if (!version) {
    known.phase = Phase::kFree;
    known.try_again = IsConflict(version.error()) ? now_ : now_ + kRetry;
    GiveBack(known.lease);
    return Compare(known);
  }
  known.version = *version;
  known.task.node = options_.node;
  known.task.fence = known.lease.fence;
  known.phase = Phase::kRunning;
  const Task task = known.task;  // Start may change it.
  runner_.Start(task);
}

void TaskBook::Renew(Known& known) {
  known.renewing = true;
  store_.Renew({.lease = known.lease, .ttl = options_.ttl}, kPatience,
               For<void>(known, [this, asked = now_, fence = known.lease.fence](
                                    Known* still, const Status& renewed) {
                 if (still == nullptr) return;
                 still->renewing = false;
                 if (still->phase != Phase::kRunning || still->lease.fence != fence) return;
                 if (renewed) {
                   still->renewed = asked;
                 } else if (IsConflict(renewed.error())) {
                   Reacquire(*still);
                 }
               }));
}

/// The lease has run out, or the store has forgotten it: what runs goes on if nobody else has it.
void TaskBook::Reacquire(Known& known) {
  known.renewing = true;
  store_.Acquire({.name = NameOf(known.task.key), .owner = options_.node, .ttl = options_.ttl},
                 kPatience,
                 For<state::Lease>(known, [this, asked = now_, fence = known.lease.fence](
                                              Known* still, Result<state::Lease> lease) {
                   const bool runs = still != nullptr && still->phase == Phase::kRunning &&
                                     still->lease.fence == fence;
                   if (still != nullptr) still->renewing = false;
                   if (!runs) {
                     if (lease) GiveBack(*lease);
                   } else if (lease) {
                     still->lease = std::move(*lease);
                     still->renewed = asked;
                     still->task.fence = still->lease.fence;
                     still->write_at = now_;
                     Write(*still);  // Finds out whether anybody had it meanwhile.
                   } else if (IsConflict(lease.error())) {
                     Stop(*still, StopReason::kLost);
                     Compare(*still);
                   }
                 }));
}

void TaskBook::GiveBack(const state::Lease& lease) {
  // It runs out by itself where this fails.
  store_.Release({.lease = lease}, kPatience, [](const Status& /*released*/) {});
}

void TaskBook::Write(Known& known) {
  if (!known.write_at || std::exchange(known.writing, true)) return;
  known.write_at.reset();
  store_.Put(
      {.key = NameOf(known.task.key), .value = EncodeTask(known.task), .expected = known.version},
      kPatience, For<uint64_t>(known, [this](Known* still, const Result<uint64_t>& version) {
        if (still != nullptr) OnWritten(*still, version);
      }));
}

void TaskBook::OnWritten(Known& known, const Result<uint64_t>& version) {
  known.writing = false;
  known.touched = ++events_;
  if (version) {
    known.version = *version;
    if (known.write_at && *known.write_at <= now_) Write(known);
    return;
  }
  if (IsConflict(version.error())) return Compare(known);
  known.write_at = now_ + kRetry;
}

void TaskBook::Compare(Known& known) {
  store_.Get(NameOf(known.task.key), kPatience,
             For<state::Entry>(known, [this](Known* still, const Result<state::Entry>& entry) {
               if (still != nullptr) OnCompared(*still, entry);
             }));
}

/// The value is another one than this node wrote last, as far as it knows.
void TaskBook::OnCompared(Known& known, const Result<state::Entry>& entry) {
  if (!entry) {
    if (entry.error().code == ErrorCode::kNotFound) {
      missing_.insert(known.task.key);
      LookForMissing();
    } else if (known.phase == Phase::kRunning) {
      known.write_at = now_ + kRetry;  // Which comes back here.
    }
    return;
  }
  Result<Task> task = DecodeTask(options_.kind, entry->key, entry->value);
  if (!task || entry->version <= known.version) return;
  if (known.phase == Phase::kRunning && task->node != options_.node) {
    const state::Lease lease = known.lease;
    Stop(known, StopReason::kLost);
    GiveBack(lease);  // Where this one came too late to it.
  }
  known.version = entry->version;
  if (known.phase == Phase::kRunning) {
    known.write_at = now_;  // An earlier write of this node's, of which no answer came.
    Write(known);
  } else {
    known.task = std::move(*task);
    known.write_at.reset();
  }
}

void TaskBook::Stop(Known& known, StopReason reason) {
  const TaskKey key = known.task.key;
  runner_.Stop(key, reason);
  known.phase = Phase::kFree;
  known.try_again = now_ + kRetry;
  if (reason == StopReason::kLost) {
    log::Warn("tasks", key.text(), "another node runs it");
    known.write_at.reset();
    return;
  }
  // In this order, so that the next holder finds it.
  Write(known);
  GiveBack(known.lease);
}

void TaskBook::Drop(const TaskKey& key) {
  const auto found = known_.find(key);
  if (found == known_.end()) return;
  const Known dropped = std::move(found->second);
  known_.erase(found);
  missing_.erase(key);
  if (dropped.phase != Phase::kRunning) return;
  runner_.Stop(key, StopReason::kRemoved);
  GiveBack(dropped.lease);
}

void TaskBook::NoteStore(bool answers) {
  if (away_ != answers) return;
  away_ = !answers;
  if (away_) {
    log::Warn("tasks", options_.kind, "the store is away: what runs goes on");
  } else {
    others_after_ = now_ + options_.ttl;  // Who went on running comes first.
    log::Info("tasks", options_.kind, "the store is back");
  }
}

}  // namespace weir::tasks

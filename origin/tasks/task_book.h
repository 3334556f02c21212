#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "origin/tasks/prefix_follower.h"
#include "origin/tasks/store_memory.h"
#include "origin/tasks/task.h"
#include "origin/tasks/task_runner.h"
#include "state/store.h"

namespace weir::tasks {

/// The tasks of one kind, of all nodes that share a store, and which of them are this node's to do.
///
/// A task is a JSON value at "task/<kind>/<vhost>/<app>/<id>", and a lease of the same name. A node
/// that wants a task acquires the lease, writes its name and fencing number into the value (a
/// claim: a put with the version it expects, so that an earlier holder's writes fail from then on),
/// and only then runs it. It renews the lease three times in its time to live. Tasks of a node that
/// died are free when that has passed, or at once for the same node, started again.
///
/// A store that is away stops nothing: what runs goes on, also past the lease's time to live, since
/// nobody can acquire a lease from a store that is down. Where only the way to the store is cut,
/// and another node wants the same task, both run until this one reaches the store again: going on
/// was chosen, since a node only wants what it has the stream of. Once back, the lease is renewed
/// or acquired anew, and compared with the value: where another node has it, the task stops here at
/// once. After an interruption nobody takes another node's tasks for one time to live more, so that
/// who went on running comes first. Where a store came back without what it had acknowledged (a
/// Redis that does not write to disk), all tasks known here are put again, if nobody else did; a
/// marker of this node tells that from tasks that were removed.
///
/// Reads no clock: Look is called every second (TaskBookTimer).
///
/// Thread: the store's loop.
class TaskBook final : private PrefixFollower::Owner {
 public:
  struct Options {
    std::string kind;  ///< "record": a word of letters.
    std::string node;  ///< This node's own name, the same in its next life. Not empty.
    std::chrono::milliseconds ttl = std::chrono::seconds(10);
    size_t tasks_max = 10'000;  ///< More are refused.
  };

  enum class Haste {
    kNow,    ///< Written at once, or behind the write under way.
    kLater,  ///< Written within some five seconds.
  };

  /// `store` and `runner` outlive it. Loads the stored tasks from here on.
  TaskBook(state::Store& store, Options options, TaskRunner& runner);

  TaskBook(const TaskBook&) = delete;
  TaskBook& operator=(const TaskBook&) = delete;

  /// Keeps a new task, and starts it as soon as it is wanted. Answered once it is stored; refused
  /// perhaps inside the call, as by Remove: kConflict, a task has that id; kLimitExceeded, too
  /// large or too many; kUnavailable, the store is away or the tasks are not loaded yet (where the
  /// detail does not say "not done" the task may be stored all the same, and then shows up).
  void Add(TaskKey key, nlohmann::json spec, nlohmann::json progress, state::Answer<void> answer);

  /// Ends a task, whoever runs it, and gives it as it was: kNotFound; kUnavailable, and it goes on.
  void Remove(const TaskKey& key, state::Answer<Task> answer);

  /// Keeps what a running task has come to; of others nothing. Seen by Find and List at once. The
  /// same again is no write.
  void Update(const TaskKey& key, nlohmann::json progress, Haste haste);

  /// Null where there is none. Good until the next call.
  const Task* Find(const TaskKey& key) const;

  /// Those of an application, in the order of their ids.
  std::vector<Task> List(std::string_view vhost, std::string_view app) const;

  /// Those of all applications.
  std::vector<Task> List() const;

  /// Whether the stored tasks are known: once soon after the start, and then for ever.
  bool loaded() const { return loaded_; }

  /// Calls `call` once the stored tasks are known: at once, where they are; never, where the store
  /// is away until the end.
  void WhenLoaded(std::function<void()> call);

  /// Whether the task was started here.
  bool RunsHere(const TaskKey& key) const;

  /// Starts, renews and writes what is due. Besides every second, call it when a stream has come,
  /// so that tasks which wait for it do not wait longer.
  void Look(Clock::time_point now);

  /// Stops what runs, writes the last progress and gives the leases back; starts nothing any more.
  /// A runner may call Update inside Stop, here and where a task becomes unwanted.
  void Close();

 private:
  enum class Phase {
    kFree,       // not run here
    kAcquiring,  // the lease is asked for
    kClaiming,   // the lease is held, and the value says so soon
    kRunning,    // the runner has it
  };

  struct Known {
    Task task;
    uint64_t serial = 0;   // of this object: a later task of that key has another one
    uint64_t version = 0;  // of the stored value
    uint64_t touched = 0;  // the count of events at its last sign of life
    Phase phase = Phase::kFree;
    state::Lease lease{};
    Clock::time_point renewed{};                  // before the call that did it last
    Clock::time_point try_again{};                // not sooner
    std::optional<Clock::time_point> write_at{};  // there is progress that the store does not have
    bool renewing = false;
    bool writing = false;
  };

  /// A task as an answer finds it again.
  struct Handle {
    TaskKey key;
    uint64_t serial = 0;
  };

  // PrefixFollower::Owner.
  void OnScanBegins() override;
  void OnEntry(const state::Entry& entry) override;
  void OnRemoved(const std::string& key, uint64_t version) override;
  void OnScanned(const std::set<std::string>& keys) override;

  /// An answer that finds the task again: it is given null where the task is gone meanwhile, and
  /// not called where the book is.
  template <class T, class Then>
  state::Answer<T> For(const Known& known, Then then);

  Known* Seek(const Handle& handle);
  std::string NameOf(const TaskKey& key) const;
  Known& Insert(Task task, uint64_t version);

  void LookAt(Known& known);
  bool MayTry(const Known& known) const;
  void Acquire(Known& known);
  void Claim(Known& known);
  void OnClaimed(Known& known, const Result<uint64_t>& version);
  void Renew(Known& known);
  void Reacquire(Known& known);
  void GiveBack(const state::Lease& lease);

  void Write(Known& known);
  void OnWritten(Known& known, const Result<uint64_t>& version);
  void Compare(Known& known);
  void OnCompared(Known& known, const Result<state::Entry>& entry);

  /// The task runs here no more, and stays known.
  void Stop(Known& known, StopReason reason);
  void Drop(const TaskKey& key);
  void LookForMissing();
  void NoteStore(bool answers);

  state::Store& store_;
  const Options options_;
  TaskRunner& runner_;
  std::map<TaskKey, Known> known_;
  std::set<TaskKey> missing_;      // not in the store, as far as a scan can tell
  std::set<std::string> damaged_;  // keys that were told to the log
  Clock::time_point now_{};
  Clock::time_point others_after_{};  // when other nodes' tasks may be taken
  uint64_t last_serial_ = 0;
  uint64_t events_ = 0;
  uint64_t scan_began_ = 0;
  bool loaded_ = false;
  std::vector<std::function<void()>> when_loaded_;
  bool closed_ = false;
  bool away_ = false;

  const std::shared_ptr<const bool> alive_;  // Known weakly to what is under way.
  StoreMemory memory_;
  PrefixFollower follower_;
};

}  // namespace weir::tasks

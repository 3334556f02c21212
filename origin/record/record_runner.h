#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/event_loop.h"
#include "origin/record/finish_queue.h"
#include "origin/record/record_task.h"
#include "origin/record/recording.h"
#include "origin/tasks/task_book.h"
#include "origin/tasks/task_runner.h"
#include "stream/registry.h"

namespace weir::record {

/// Does the recordings that are this node's: it wants those whose streams it has, of applications
/// that record here.
///
/// Thread: the control loop.
class RecordRunner final : public tasks::TaskRunner {
 public:
  /// The folder that the files of an application's recordings lie below at this node; nothing where
  /// it records none.
  using RootOf =
      std::function<std::optional<std::string>(const std::string& vhost, const std::string& app)>;

  /// References outlive it.
  RecordRunner(net::EventLoop& loop, stream::Registry& streams, FinishQueue& finishing,
               RootOf root_of, Recording::Options options);
  ~RecordRunner() override;

  RecordRunner(const RecordRunner&) = delete;
  RecordRunner& operator=(const RecordRunner&) = delete;

  /// Whom progress is told. Before the first Start; it outlives this.
  void ReportTo(tasks::TaskBook& book) { book_ = &book; }

  // tasks::TaskRunner.
  bool Wants(const tasks::Task& task) override;
  void Start(const tasks::Task& task) override;
  void Stop(const tasks::TaskKey& key, tasks::StopReason reason) override;

  /// Follows streams that have come, and tries again what failed. Call it every second.
  void Look(Clock::time_point now);

  /// As far as it is here and now; nothing of a recording that is not run here.
  std::optional<RecordProgress> ProgressOf(const tasks::TaskKey& key) const;

  /// A file of this or an earlier life has its name.
  void OnFinished(const RecordedFile& file);

  /// Recordings that run or are being ended.
  size_t busy() const { return active_.size() + ending_.size(); }

 private:
  struct Active {
    RecordTask task;
    std::string root;       // that its files lie below
    RecordProgress before;  // what earlier lives came to, and what was finished since
    std::unique_ptr<Recording> recording;
  };

  void Follow(const tasks::TaskKey& key, Active& active);
  RecordProgress Add(const Active& active) const;
  void Report(const tasks::TaskKey& key, tasks::TaskBook::Haste haste);

  net::EventLoop& loop_;
  stream::Registry& streams_;
  FinishQueue& finishing_;
  const RootOf root_of_;
  const Recording::Options options_;
  tasks::TaskBook* book_ = nullptr;
  std::map<tasks::TaskKey, Active> active_;
  std::map<uint64_t, std::unique_ptr<Recording>> ending_;
  uint64_t last_ending_ = 0;
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is posted.
};

}  // namespace weir::record

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "base/result.h"
#include "base/worker_thread.h"
#include "net/event_loop.h"
#include "net/timer.h"
#include "origin/record/recorded_file.h"

namespace weir::record {

/// Finishes closed files (finish_file.h), one after another on a thread of its own: those of this
/// life, and those that an earlier one left behind. What cannot be finished now, since the disk is
/// full, say, is tried again every half minute, and in the next life.
///
/// Thread: the loop's, but where it says otherwise.
class FinishQueue {
 public:
  using OnFinished = std::function<void(const RecordedFile& file)>;

  /// Makes the folder of journals, and takes up those that are in it. `on_finished` is called on
  /// the loop. kUnavailable: there can be no such folder.
  static Result<std::unique_ptr<FinishQueue>> Open(net::EventLoop& loop, std::string journal_folder,
                                                   OnFinished on_finished);

  /// Leaves off what is under way, for the next life.
  ~FinishQueue();

  FinishQueue(const FinishQueue&) = delete;
  FinishQueue& operator=(const FinishQueue&) = delete;

  const std::string& journal_folder() const { return journal_folder_; }

  /// Any thread.
  void Add(RecordedFile file, std::string journal);

  /// Whether nothing is under way or waits for its turn. Any thread.
  bool idle() const;

  /// Whether files of a recording are. Any thread.
  bool Has(const std::string& transaction_id) const;

 private:
  struct Job {
    RecordedFile file;
    std::string journal;
  };

  FinishQueue(net::EventLoop& loop, std::string journal_folder, OnFinished on_finished);

  void Recover();
  void Do(const Job& job);
  void Retry();

  net::EventLoop& loop_;
  const std::string journal_folder_;
  const OnFinished on_finished_;
  std::atomic<bool> stop_{false};
  mutable Guarded<std::multiset<std::string>> under_way_;  // transactions of the files
  Guarded<std::vector<Job>> failed_;
  net::Timer retry_;
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is posted to the loop.
  WorkerThread worker_;                      // Goes first.
};

}  // namespace weir::record

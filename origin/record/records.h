#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "base/worker_thread.h"
#include "net/event_loop.h"
#include "net/timer.h"
#include "origin/publish/live_streams.h"
#include "origin/record/finish_queue.h"
#include "origin/record/record_options.h"
#include "origin/record/record_runner.h"
#include "origin/record/stream_map.h"
#include "origin/tasks/task_book.h"
#include "state/store.h"
#include "stream/registry.h"

namespace weir::record {

/// All recordings of an origin: those asked for, which are tasks and outlive the program, and those
/// that stream maps make, which come and go with their streams.
///
/// Thread: the control loop.
class Records final : private origin::LiveObserver {
 public:
  struct Context {
    net::EventLoop& control;
    origin::LiveStreams& live;  ///< Told of here: a recording begins with its stream.
    stream::Registry& streams;
    state::Store& store;
    std::string node;            ///< This node's own name, the same in its next life.
    std::string journal_folder;  ///< For files that are not finished (FinishQueue).
    /// How an application's streams are recorded, or why not.
    std::function<Result<RecordOptions>(const std::string& vhost, const std::string& app)> options;
    std::function<UtcTime()> utc;
    Recording::Options recording;
  };

  /// Takes up what earlier lives left. What `context` refers to outlives it.
  static Result<std::unique_ptr<Records>> Open(Context context);

  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;

  /// Calls `call` once the recordings of earlier lives are known, as the calls below want it.
  void WhenLoaded(std::function<void()> call) { book_->WhenLoaded(std::move(call)); }

  /// startRecord, in an application with these options: gives the recording as the API shows it.
  /// kMalformed: the request is wrong, with a text for whoever asked; kConflict: the id is taken;
  /// kLimitExceeded, kUnavailable: as tasks::TaskBook::Add.
  void Start(const std::string& vhost, const std::string& app, const RecordOptions& options,
             const nlohmann::json& body, std::function<void(Result<nlohmann::json>)> answer);

  /// stopRecord: gives it as it was, "stopping". kNotFound: there is none of that id;
  /// kUnavailable: it goes on.
  void Stop(const tasks::TaskKey& key, std::function<void(Result<nlohmann::json>)> answer);

  /// records: all of an application, or the one of that id.
  nlohmann::json List(const std::string& vhost, const std::string& app,
                      const std::string& id) const;

  /// Ends all recordings of an application for good.
  void EndApplication(const std::string& vhost, const std::string& app);

  /// Ends what runs, to go on in the next life; `done` is called when all files are finished.
  void Drain(std::function<void()> done);

 private:
  /// A stream whose map was read, or is.
  struct Mapped {
    stream::StreamRef stream;
    std::vector<tasks::TaskKey> recordings{};
  };

  explicit Records(Context context);

  // origin::LiveObserver
  void OnStreamStarted(const origin::LiveStreamPtr& /*stream*/) override { Look(); }

  void OnStreamEnded(const origin::LiveStreamPtr& /*stream*/) override { Look(); }

  void Look();
  void LookAtMaps();
  void ReadMap(const stream::StreamPath& path, const stream::StreamRef& stream,
               const RecordOptions& options);
  void OnMap(const stream::StreamPath& path, const stream::StreamRef& stream,
             const RecordOptions& options, const Result<std::vector<MapEntry>>& entries);
  void CheckDrained();
  tasks::Task NewTask(const tasks::TaskKey& key, const RecordTask& task) const;
  nlohmann::json ShowTask(const tasks::Task& task, const RecordRunner& runner,
                          const std::string& state = {}) const;

  const Context context_;
  std::unique_ptr<FinishQueue> finishing_;
  std::unique_ptr<RecordRunner> runner_;  // of those asked for
  std::unique_ptr<RecordRunner> mapped_runner_;
  std::unique_ptr<tasks::TaskBook> book_;
  std::map<tasks::TaskKey, tasks::Task> mapped_tasks_;
  std::map<stream::StreamPath, Mapped> maps_;
  std::function<void()> drained_;
  bool draining_ = false;
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is under way.
  std::unique_ptr<net::Timer> timer_;
  WorkerThread disk_;  // Where maps are read.
};

}  // namespace weir::record

#include "origin/record/records.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "crypto/random.h"
#include "origin/record/record_request.h"
#include "service/letters.h"

namespace weir::record {
namespace {

constexpr std::chrono::seconds kLookEvery{1};
constexpr size_t kIdDigits = 16;

}  // namespace

Result<std::unique_ptr<Records>> Records::Open(Context context) {
  std::unique_ptr<Records> records(new Records(std::move(context)));
  Records& self = *records;
  auto finishing = FinishQueue::Open(self.context_.control, self.context_.journal_folder,
                                     [&self](const RecordedFile& file) {
                                       self.runner_->OnFinished(file);
                                       self.mapped_runner_->OnFinished(file);
                                     });
  if (!finishing) return tl::unexpected(finishing.error());
  self.finishing_ = *std::move(finishing);
  const RecordRunner::RootOf root_of = [&self](const std::string& vhost, const std::string& app) {
    const Result<RecordOptions> options = self.context_.options(vhost, app);
    return options ? std::optional(options->root) : std::nullopt;
  };
  const auto make_runner = [&] {
    return std::make_unique<RecordRunner>(self.context_.control, self.context_.streams,
                                          *self.finishing_, root_of, self.context_.recording);
  };
  self.runner_ = make_runner();
  self.mapped_runner_ = make_runner();
  self.book_ = std::make_unique<tasks::TaskBook>(
      self.context_.store, tasks::TaskBook::Options{.kind = "record", .node = self.context_.node},
      *self.runner_);
  self.runner_->ReportTo(*self.book_);
  self.timer_ = std::make_unique<net::Timer>(self.context_.control, [&self] { self.Look(); });
  self.timer_->Start(std::chrono::milliseconds(1));
  self.context_.live.Watch(self.context_.control, self);
  return records;
}

Records::Records(Context context)
    : context_(std::move(context)), alive_(std::make_shared<const bool>(true)) {}

void Records::Start(const std::string& vhost, const std::string& app, const RecordOptions& options,
                    const nlohmann::json& body,
                    std::function<void(Result<nlohmann::json>)> answer) {
  Result<RecordTask> task =
      ReadRequest(body, options, crypto::RandomHex(kIdDigits), context_.utc());
  if (!task) return answer(tl::unexpected(task.error()));
  const tasks::TaskKey key{.vhost = vhost, .app = app, .id = task->spec.id};
  if (mapped_tasks_.contains(key))
    return answer(Fail(ErrorCode::kConflict, "there is a task of that id"));
  book_->Add(key, ToJson(*task), ToJson(RecordProgress()),
             [key, shown = Show(key, *task, {}), answer = std::move(answer)](const Status& added) {
               if (!added) return answer(tl::unexpected(added.error()));
               answer(shown);
             });
}

void Records::Stop(const tasks::TaskKey& key, std::function<void(Result<nlohmann::json>)> answer) {
  const auto mapped = mapped_tasks_.find(key);
  if (mapped != mapped_tasks_.end()) {
    nlohmann::json shown = ShowTask(mapped->second, *mapped_runner_, "stopping");
    mapped_tasks_.erase(mapped);
    mapped_runner_->Stop(key, tasks::StopReason::kRemoved);
    return answer(std::move(shown));
  }
  const tasks::Task* task = book_->Find(key);
  // As it was before it ended here.
  nlohmann::json shown = task == nullptr ? nlohmann::json() : ShowTask(*task, *runner_, "stopping");
  book_->Remove(key, [shown = std::move(shown),
                      answer = std::move(answer)](const Result<tasks::Task>& removed) {
    if (!removed) return answer(tl::unexpected(removed.error()));
    answer(shown);
  });
}

nlohmann::json Records::List(const std::string& vhost, const std::string& app,
                             const std::string& id) const {
  nlohmann::json list = nlohmann::json::array();
  const auto add = [&](const tasks::Task& task, const RecordRunner& runner) {
    if (id.empty() || task.key.id == id) list.push_back(ShowTask(task, runner));
  };
  for (const tasks::Task& task : book_->List(vhost, app))
    add(task, *runner_);
  for (const auto& [key, task] : mapped_tasks_)
    if (key.vhost == vhost && key.app == app) add(task, *mapped_runner_);
  return list;
}

void Records::EndApplication(const std::string& vhost, const std::string& app) {
  const auto is_of = [&](const tasks::TaskKey& key) {
    return key.vhost == vhost && key.app == app;
  };
  std::erase_if(mapped_tasks_, [&](const auto& mapped) {
    if (is_of(mapped.first)) mapped_runner_->Stop(mapped.first, tasks::StopReason::kRemoved);
    return is_of(mapped.first);
  });
  for (const tasks::Task& task : book_->List(vhost, app)) {
    book_->Remove(task.key, [key = task.key](const Result<tasks::Task>& removed) {
      if (removed || removed.error().code == ErrorCode::kNotFound) return;
      log::Err("record", key.vhost + "/" + key.app, "recording '{}' stays: {}", key.id,
               removed.error().detail);
    });
  }
}

void Records::Drain(std::function<void()> done) {
  draining_ = true;
  drained_ = std::move(done);
  book_->Close();
  for (const auto& [key, task] : mapped_tasks_)
    mapped_runner_->Stop(key, tasks::StopReason::kRemoved);
  mapped_tasks_.clear();
  CheckDrained();
}

void Records::Look() {
  if (draining_) return CheckDrained();
  timer_->Start(kLookEvery);
  const Clock::time_point now = context_.control.now();
  book_->Look(now);
  runner_->Look(now);
  LookAtMaps();
  mapped_runner_->Look(now);
}

void Records::CheckDrained() {
  const bool idle = runner_->busy() == 0 && mapped_runner_->busy() == 0 && finishing_->idle();
  if (!idle) return timer_->Start(std::chrono::milliseconds(20));
  if (drained_) std::exchange(drained_, {})();
}

void Records::LookAtMaps() {
  std::erase_if(maps_, [this](const auto& entry) {
    if (context_.streams.Find(entry.first) == entry.second.stream) return false;
    for (const tasks::TaskKey& key : entry.second.recordings) {
      if (mapped_tasks_.erase(key) > 0) mapped_runner_->Stop(key, tasks::StopReason::kRemoved);
    }
    return true;
  });
  for (const stream::StreamPath& path : context_.streams.List()) {
    if (maps_.contains(path)) continue;
    const Result<RecordOptions> options = context_.options(path.vhost, path.app);
    const stream::StreamRef stream = context_.streams.Find(path);
    if (!options || !stream) continue;
    maps_[path].stream = stream;
    if (!options->stream_map.empty()) ReadMap(path, stream, *options);
  }
}

void Records::ReadMap(const stream::StreamPath& path, const stream::StreamRef& stream,
                      const RecordOptions& options) {
  disk_.Post([this, path, stream, options, control = &context_.control,
              alive = std::weak_ptr<const bool>(alive_)] {
    control->Post(
        [this, path, stream, options, alive, entries = ReadStreamMap(options.stream_map)] {
          if (!alive.expired()) OnMap(path, stream, options, entries);
        });
  });
}

void Records::OnMap(const stream::StreamPath& path, const stream::StreamRef& stream,
                    const RecordOptions& options, const Result<std::vector<MapEntry>>& entries) {
  const auto mapped = maps_.find(path);
  if (draining_ || mapped == maps_.end() || mapped->second.stream != stream) return;
  if (!entries) return log::Warn("record", path.text(), "{}", entries.error().detail);
  for (const MapEntry& entry : *entries) {
    if (!service::MatchesWildcards(entry.stream_name, path.name)) continue;
    RecordTask task{.spec = entry.spec,
                    .transaction_id = crypto::RandomHex(kIdDigits),
                    .created = context_.utc()};
    task.spec.id = crypto::RandomHex(kIdDigits);
    task.spec.stream = path.name;
    task.asked_file_path = task.spec.file_path;
    task.asked_info_path = task.spec.info_path;
    if (task.spec.file_path.empty()) task.spec.file_path = options.file_path;
    if (task.spec.info_path.empty()) task.spec.info_path = options.info_path;
    ResolveNames(options, task.spec);
    const tasks::TaskKey key{.vhost = path.vhost, .app = path.app, .id = task.spec.id};
    mapped_tasks_[key] = NewTask(key, task);
    mapped->second.recordings.push_back(key);
    mapped_runner_->Start(mapped_tasks_[key]);
  }
}

tasks::Task Records::NewTask(const tasks::TaskKey& key, const RecordTask& task) const {
  return {.key = key, .spec = ToJson(task), .progress = nullptr, .node = context_.node};
}

nlohmann::json Records::ShowTask(const tasks::Task& task, const RecordRunner& runner,
                                 const std::string& state) const {
  const Result<RecordTask> read = ReadTask(task.spec);
  if (!read) return {{"id", task.key.id}, {"state", "error"}, {"reason", read.error().detail}};
  RecordProgress progress = ReadProgress(task.progress);
  if (const auto here = runner.ProgressOf(task.key)) {
    progress = *here;
  } else if (task.node == context_.node) {
    progress.state = Recording::State::kReady;  // It was this node's, and has no stream now.
  }
  return Show(task.key, *read, progress, state);
}

}  // namespace weir::record

#include "origin/record/finish_queue.h"

#include <chrono>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "origin/record/finish_file.h"
#include "stream/ledger_file.h"

namespace weir::record {
namespace {

constexpr Clock::duration kRetryEvery = std::chrono::seconds(30);
constexpr size_t kJournalMax = size_t{4} << 20;

std::string PathOf(const RecordedFile& file) {
  return fmt::format("{}/{}/{}", file.vhost, file.app, file.stream);
}

}  // namespace

Result<std::unique_ptr<FinishQueue>> FinishQueue::Open(net::EventLoop& loop,
                                                       std::string journal_folder,
                                                       OnFinished on_finished) {
  std::error_code failed;
  std::filesystem::create_directories(journal_folder, failed);
  // Journals have the metadata in them.
  if (!failed)
    std::filesystem::permissions(journal_folder, std::filesystem::perms::owner_all, failed);
  if (failed) {
    return Fail(ErrorCode::kUnavailable,
                fmt::format("cannot make the folder {}: {}", journal_folder, failed.message()));
  }
  std::unique_ptr<FinishQueue> queue(
      new FinishQueue(loop, std::move(journal_folder), std::move(on_finished)));
  queue->Recover();
  return queue;
}

FinishQueue::FinishQueue(net::EventLoop& loop, std::string journal_folder, OnFinished on_finished)
    : loop_(loop),
      journal_folder_(std::move(journal_folder)),
      on_finished_(std::move(on_finished)),
      retry_(loop, [this] { Retry(); }),
      alive_(std::make_shared<const bool>(true)) {
  retry_.Start(kRetryEvery);
}

FinishQueue::~FinishQueue() {
  stop_ = true;
}

void FinishQueue::Recover() {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(journal_folder_, failed)) {
    const std::string path = entry.path().string();
    if (!path.ends_with(".json")) continue;
    const Result<std::string> text = stream::ReadWholeFile(path, kJournalMax);
    Result<RecordedFile> file =
        text ? DecodeFile(*text) : Result<RecordedFile>(tl::unexpected(text.error()));
    if (!file) {
      log::Warn("record", path, "an unfinished recording is not found again: {}",
                file.error().detail);
      continue;
    }
    log::Info("record", PathOf(*file), "recovers file {} of recording {}", file->sequence,
              file->id);
    Add(*std::move(file), path);
  }
}

void FinishQueue::Add(RecordedFile file, std::string journal) {
  under_way_.With([&](auto& under_way) { under_way.insert(file.transaction_id); });
  worker_.Post([this, job = Job{.file = std::move(file), .journal = std::move(journal)}] {
    if (!stop_) Do(job);
    under_way_.With(
        [&](auto& under_way) { under_way.erase(under_way.find(job.file.transaction_id)); });
  });
}

bool FinishQueue::idle() const {
  return under_way_.With([](const auto& under_way) { return under_way.empty(); });
}

bool FinishQueue::Has(const std::string& transaction_id) const {
  return under_way_.With([&](const auto& under_way) { return under_way.contains(transaction_id); });
}

/// On the worker.
void FinishQueue::Do(const Job& job) {
  const Result<RecordedFile> finished = FinishFile(job.file, job.journal, stop_);
  if (!finished) {
    if (finished.error().code == ErrorCode::kEnded) return;
    log::Warn("record", PathOf(job.file), "file {} of recording {} is not finished: {}",
              job.file.sequence, job.file.id, finished.error().detail);
    failed_.With([&](std::vector<Job>& failed) { failed.push_back(job); });
    return;
  }
  if (finished->final_path.empty()) return;  // There was nothing in it.
  log::Info("record", PathOf(*finished), "recorded {}/{}: {} bytes, {} ms", finished->root,
            finished->final_path, finished->bytes, finished->duration.count());
  loop_.Post([this, alive = std::weak_ptr<const bool>(alive_), file = *finished] {
    if (!alive.expired()) on_finished_(file);
  });
}

void FinishQueue::Retry() {
  for (Job& job : failed_.With([](std::vector<Job>& failed) { return std::exchange(failed, {}); }))
    Add(std::move(job.file), std::move(job.journal));
  retry_.Start(kRetryEvery);
}

}  // namespace weir::record

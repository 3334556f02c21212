#include "state/embedded_store.h"

#include <chrono>
#include <optional>
#include <type_traits>
#include <utility>

#include "state/lease_table.h"
#include "state/sqlite_file.h"

namespace weir::state {
namespace {

/// So that numbers go on upwards where the file was lost: microseconds since 1970.
uint64_t ClockNumber() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

template <class T>
Result<Reply> ToReply(Result<T> result) {
  if (!result) return tl::unexpected(std::move(result.error()));
  if constexpr (std::is_void_v<T>) {
    return Reply();
  } else {
    return Reply(std::move(*result));
  }
}

}  // namespace

struct EmbeddedStore::Outcome {
  Result<Reply> reply;
  std::optional<Change> change{};
};

/// Does what is asked, on the worker.
class EmbeddedStore::Engine {
 public:
  explicit Engine(std::unique_ptr<SqliteFile> file) : file_(std::move(file)) {}

  Outcome operator()(const GetRequest& get) { return {.reply = ToReply(file_->Get(get.key))}; }

  Outcome operator()(const PutRequest& put) {
    Result<uint64_t> version = file_->Put(put, ClockNumber());
    if (!version) return {.reply = ToReply(std::move(version))};
    return {.reply = Reply(*version), .change = Change{.key = put.key, .version = *version}};
  }

  Outcome operator()(const RemoveRequest& remove) {
    Result<uint64_t> version = file_->Remove(remove, ClockNumber());
    if (!version) return {.reply = ToReply(std::move(version))};
    return {.reply = Reply(),
            .change = Change{.key = remove.key, .version = *version, .removed = true}};
  }

  Outcome operator()(const ScanRequest& scan) { return {.reply = ToReply(file_->Scan(scan))}; }

  Outcome operator()(const AcquireRequest& acquire) {
    return {.reply = ToReply(leases_.Acquire(acquire, Clock::now(),
                                             [this] { return file_->TakeNumber(ClockNumber()); }))};
  }

  Outcome operator()(const RenewRequest& renew) {
    return {.reply = ToReply(leases_.Renew(renew, Clock::now()))};
  }

  Outcome operator()(const ReleaseRequest& release) {
    return {.reply = ToReply(leases_.Release(release, Clock::now()))};
  }

 private:
  std::unique_ptr<SqliteFile> file_;
  LeaseTable leases_;
};

Result<std::unique_ptr<EmbeddedStore>> EmbeddedStore::Open(net::EventLoop& loop,
                                                           const std::string& path) {
  Result<std::unique_ptr<SqliteFile>> file = SqliteFile::Open(path);
  if (!file) return tl::unexpected(std::move(file.error()));
  return std::unique_ptr<EmbeddedStore>(
      new EmbeddedStore(loop, std::make_unique<Engine>(std::move(*file))));
}

EmbeddedStore::EmbeddedStore(net::EventLoop& loop, std::unique_ptr<Engine> engine)
    : loop_(loop),
      calls_(loop,
             [](uint64_t /*id*/) {
               return Error{.code = ErrorCode::kUnavailable,
                            .detail = "the disk did not answer in time"};
             }),
      watchers_(loop),
      alive_(std::make_shared<const bool>(true)),
      engine_(std::move(engine)) {}

EmbeddedStore::~EmbeddedStore() = default;

void EmbeddedStore::Call(Request request, Clock::duration patience, Answer<Reply> answer) {
  if (queued_ >= CallTable::kCallsMax) {
    return calls_.Refuse(
        {.code = ErrorCode::kLimitExceeded, .detail = "too many calls are waiting for the disk"},
        std::move(answer));
  }
  const Clock::time_point deadline = loop_.now() + patience;
  const std::optional<uint64_t> id = calls_.Add(request, deadline, std::move(answer));
  if (!id) return;
  ++queued_;
  worker_.Post([this, &loop = loop_, alive = std::weak_ptr<const bool>(alive_), id = *id, deadline,
                request = std::move(request)] {
    // The engine lives as long as the worker runs.
    Outcome outcome{.reply = Fail(ErrorCode::kUnavailable, "not done: it is too late")};
    if (Clock::now() < deadline) outcome = std::visit(*engine_, request);
    loop.Post([this, alive, id, outcome = std::move(outcome)]() mutable {
      if (!alive.expired()) OnDone(id, std::move(outcome));
    });
  });
}

void EmbeddedStore::OnDone(uint64_t id, Outcome outcome) {
  --queued_;
  const std::weak_ptr<const bool> alive(alive_);
  calls_.Settle(id, std::move(outcome.reply));
  if (outcome.change && !alive.expired()) watchers_.Tell(*outcome.change);
}

std::unique_ptr<Watch> EmbeddedStore::StartWatch(std::string prefix, Watcher& watcher) {
  return watchers_.Add(std::move(prefix), watcher, true);
}

}  // namespace weir::state

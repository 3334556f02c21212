#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "state/lease_table.h"
#include "state/store.h"

namespace weir::testing {

/// What several FakeStores share: a Redis in memory, whose clock is the test's.
class FakeServer {
 public:
  Clock::time_point now{std::chrono::hours(1)};
  bool down = false;

  /// Forgets all but its numbers.
  void Forget() {
    entries_.clear();
    leases_ = {};
  }

  std::map<std::string, state::Entry> entries() const { return entries_; }

  void Plant(const std::string& key, const std::string& value) {
    entries_[key] = {.key = key, .value = value, .version = ++number_};
  }

 private:
  friend class FakeStore;

  Result<state::Reply> Do(const state::GetRequest& get) {
    const auto found = entries_.find(get.key);
    if (found == entries_.end()) return Fail(ErrorCode::kNotFound, "no such key");
    return state::Reply(found->second);
  }

  Result<state::Reply> Do(const state::PutRequest& put) {
    if (put.expected && *put.expected != VersionOf(put.key))
      return Fail(ErrorCode::kConflict, "another version");
    entries_[put.key] = {.key = put.key, .value = put.value, .version = ++number_};
    changes_.push_back({.key = put.key, .version = number_});
    return state::Reply(number_);
  }

  Result<state::Reply> Do(const state::RemoveRequest& remove) {
    if (entries_.erase(remove.key) == 0) return Fail(ErrorCode::kNotFound, "no such key");
    changes_.push_back({.key = remove.key, .version = ++number_, .removed = true});
    return state::Reply();
  }

  Result<state::Reply> Do(const state::ScanRequest& scan) {
    state::Page page;
    for (const auto& [key, entry] : entries_) {
      if (!key.starts_with(scan.prefix) || key <= scan.after) continue;
      page.more = page.entries.size() == 2;  // small pages, so that there are several
      if (page.more) break;
      page.entries.push_back(entry);
    }
    return state::Reply(page);
  }

  Result<state::Reply> Do(const state::AcquireRequest& acquire) {
    auto lease = leases_.Acquire(acquire, now, [this]() -> Result<uint64_t> { return ++number_; });
    if (!lease) return tl::unexpected(lease.error());
    return state::Reply(*lease);
  }

  Result<state::Reply> Do(const state::RenewRequest& renew) {
    return ToReply(leases_.Renew(renew, now));
  }

  Result<state::Reply> Do(const state::ReleaseRequest& release) {
    return ToReply(leases_.Release(release, now));
  }

  static Result<state::Reply> ToReply(const Status& status) {
    if (!status) return tl::unexpected(status.error());
    return state::Reply();
  }

  uint64_t VersionOf(const std::string& key) const {
    const auto found = entries_.find(key);
    return found == entries_.end() ? state::kAbsent : found->second.version;
  }

  uint64_t number_ = 0;
  std::map<std::string, state::Entry> entries_;
  state::LeaseTable leases_;
  std::vector<state::Change> changes_;
};

/// One node's way to a FakeServer. Answers when the test says so.
class FakeStore final : public state::Store {
 public:
  explicit FakeStore(FakeServer& server) : server_(server) {}

  bool cut = false;            ///< This node cannot reach the server.
  bool loses_answers = false;  ///< What is asked is done, and its answer does not come.

  void Call(state::Request request, Clock::duration /*patience*/,
            state::Answer<state::Reply> answer) override {
    calls_.emplace_back(std::move(request), std::move(answer));
  }

  std::unique_ptr<state::Watch> StartWatch(std::string prefix, state::Watcher& watcher) override {
    prefix_ = std::move(prefix);
    watcher_ = &watcher;
    watch_is_new_ = true;
    return std::make_unique<Ended>(*this);
  }

  /// The way to the server was interrupted, and works again.
  void Reconnect() {
    watch_is_new_ = true;
    seen_ = server_.changes_.size();
  }

  /// Answers what was asked, and tells changes. False where there was nothing to do.
  bool Settle() {
    if (std::exchange(watch_is_new_, false) && watcher_ != nullptr) {
      watcher_->OnScanNeeded();
      return true;
    }
    if (!calls_.empty()) {
      auto [request, answer] = std::move(calls_.front());
      calls_.pop_front();
      answer(Reach(request));
      return true;
    }
    if (server_.down || cut || seen_ == server_.changes_.size()) return false;
    const state::Change change = server_.changes_[seen_++];
    if (watcher_ != nullptr && change.key.starts_with(prefix_)) watcher_->OnChanged(change);
    return true;
  }

 private:
  class Ended final : public state::Watch {
   public:
    explicit Ended(FakeStore& store) : store_(store) {}

    ~Ended() override { store_.watcher_ = nullptr; }

    Ended(const Ended&) = delete;
    Ended& operator=(const Ended&) = delete;

   private:
    FakeStore& store_;
  };

  Result<state::Reply> Reach(const state::Request& request) {
    if (server_.down || cut) return Fail(ErrorCode::kUnavailable, "not done: it is away");
    Result<state::Reply> reply =
        std::visit([this](const auto& asked) { return server_.Do(asked); }, request);
    if (loses_answers) return Fail(ErrorCode::kUnavailable, "too late");
    return reply;
  }

  FakeServer& server_;
  std::string prefix_;
  state::Watcher* watcher_ = nullptr;
  bool watch_is_new_ = false;
  size_t seen_ = 0;
  std::deque<std::pair<state::Request, state::Answer<state::Reply>>> calls_;
};

}  // namespace weir::testing

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "net/event_loop.h"
#include "state/store.h"
#include "support/run_until.h"

namespace weir::testing {

/// Calls a store and runs the loop until it has answered.
class StoreCaller {
 public:
  static constexpr Clock::duration kPatience = std::chrono::seconds(10);

  StoreCaller(net::EventLoop& loop, state::Store& store) : loop_(loop), store_(store) {}

  Result<state::Entry> Get(const std::string& key) {
    return Await<state::Entry>([&](auto answer) { store_.Get(key, patience, answer); });
  }

  Result<uint64_t> Put(const std::string& key, const std::string& value,
                       std::optional<uint64_t> expected = {}) {
    return Await<uint64_t>([&](auto answer) {
      store_.Put({.key = key, .value = value, .expected = expected}, patience, answer);
    });
  }

  Result<void> Remove(const std::string& key, std::optional<uint64_t> expected = {}) {
    return Await<void>(
        [&](auto answer) { store_.Remove({.key = key, .expected = expected}, patience, answer); });
  }

  Result<state::Page> Scan(state::ScanRequest request) {
    return Await<state::Page>(
        [&](auto answer) { store_.Scan(std::move(request), patience, answer); });
  }

  Result<state::Lease> Acquire(const std::string& name, const std::string& owner,
                               std::chrono::milliseconds ttl = std::chrono::seconds(60)) {
    return Await<state::Lease>([&](auto answer) {
      store_.Acquire({.name = name, .owner = owner, .ttl = ttl}, patience, answer);
    });
  }

  Result<void> Renew(const state::Lease& lease,
                     std::chrono::milliseconds ttl = std::chrono::seconds(60)) {
    return Await<void>(
        [&](auto answer) { store_.Renew({.lease = lease, .ttl = ttl}, patience, answer); });
  }

  Result<void> Release(const state::Lease& lease) {
    return Await<void>([&](auto answer) { store_.Release({.lease = lease}, patience, answer); });
  }

  Clock::duration patience = kPatience;

 private:
  template <class T, class Ask>
  Result<T> Await(Ask ask) {
    std::optional<Result<T>> answered;
    ask([&](Result<T> result) { answered = std::move(result); });
    WEIR_CHECK(!answered);  // never from inside the call
    const bool done = RunUntil(
        loop_, [&] { return answered.has_value(); }, patience + std::chrono::seconds(10));
    WEIR_CHECK(done);
    return *answered;
  }

  net::EventLoop& loop_;
  state::Store& store_;
};

/// Keeps what a watch says: "scan", "+key", "-key".
class RecordingWatcher final : public state::Watcher {
 public:
  void OnScanNeeded() override { told.emplace_back("scan"); }

  void OnChanged(const state::Change& change) override {
    told.push_back((change.removed ? "-" : "+") + change.key);
    last = change;
  }

  std::vector<std::string> told;
  state::Change last;
};

inline ErrorCode CodeOf(const auto& result) {
  WEIR_CHECK(!result.has_value());
  return result.error().code;
}

}  // namespace weir::testing

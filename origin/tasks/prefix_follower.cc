#include "origin/tasks/prefix_follower.h"

#include <chrono>
#include <utility>

namespace weir::tasks {
namespace {

constexpr Clock::duration kPatience = std::chrono::seconds(5);
constexpr Clock::duration kScanEvery = std::chrono::seconds(30);

}  // namespace

PrefixFollower::PrefixFollower(state::Store& store, std::string prefix, Owner& owner)
    : store_(store),
      prefix_(std::move(prefix)),
      owner_(owner),
      alive_(std::make_shared<const bool>(true)),
      watch_(store.StartWatch(prefix_, *this)) {}

void PrefixFollower::Look(Clock::time_point now) {
  now_ = now;
  if (!scanning_ && (wanted_ || now >= due_)) Begin();
}

void PrefixFollower::OnScanNeeded() {
  wanted_ = true;
  if (!scanning_) Begin();
}

void PrefixFollower::OnChanged(const state::Change& change) {
  if (change.removed) return owner_.OnRemoved(change.key, change.version);
  store_.Get(change.key, kPatience,
             [this, alive = std::weak_ptr<const bool>(alive_)](const Result<state::Entry>& entry) {
               if (alive.expired()) return;
               if (entry) return owner_.OnEntry(*entry);
               // What is gone again is told as a change of its own.
               if (entry.error().code != ErrorCode::kNotFound) wanted_ = true;
             });
}

void PrefixFollower::Begin() {
  scanning_ = true;
  wanted_ = false;
  due_ = now_ + kScanEvery;
  found_.clear();
  owner_.OnScanBegins();
  ReadPage("");
}

void PrefixFollower::ReadPage(const std::string& after) {
  store_.Scan({.prefix = prefix_, .after = after, .entries_max = state::kPageEntriesMax}, kPatience,
              [this, alive = std::weak_ptr<const bool>(alive_)](const Result<state::Page>& page) {
                if (!alive.expired()) OnPage(page);
              });
}

void PrefixFollower::OnPage(const Result<state::Page>& page) {
  if (!page) {
    scanning_ = false;
    wanted_ = true;
    return;
  }
  for (const state::Entry& entry : page->entries) {
    found_.insert(entry.key);
    owner_.OnEntry(entry);
  }
  if (page->more && !page->entries.empty()) return ReadPage(page->entries.back().key);
  scanning_ = false;
  owner_.OnScanned(std::exchange(found_, {}));
  if (wanted_) Begin();
}

}  // namespace weir::tasks

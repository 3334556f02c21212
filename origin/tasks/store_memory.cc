#include "origin/tasks/store_memory.h"

#include <chrono>
#include <utility>

namespace weir::tasks {
namespace {

constexpr Clock::duration kPatience = std::chrono::seconds(5);

}  // namespace

template <class T, class Then>
state::Answer<T> StoreMemory::Safely(Then then) {
  return [alive = std::weak_ptr<const bool>(alive_), then = std::move(then)](Result<T> result) {
    if (!alive.expired()) then(std::move(result));
  };
}

StoreMemory::StoreMemory(state::Store& store, std::string key)
    : store_(store), key_(std::move(key)), alive_(std::make_shared<const bool>(true)) {}

void StoreMemory::Mark() {
  mark_again_ = true;
  if (!marking_) PutMark();
}

void StoreMemory::PutMark() {
  marking_ = true;
  mark_again_ = false;
  store_.Put({.key = key_, .value = "", .expected = version_}, kPatience,
             Safely<uint64_t>([this](const Result<uint64_t>& version) {
               marking_ = false;
               if (version) version_ = *version;
               const bool other = !version && version.error().code == ErrorCode::kConflict;
               // Not the one that was acknowledged: look which before it is written over.
               if (other) return Look([this] { PutMark(); });
               if (mark_again_) PutMark();
             }));
}

void StoreMemory::Check(std::function<void(bool)> answer) {
  if (marking_ || !version_) return;
  Look([this, answer = std::move(answer)] { answer(std::exchange(forgotten_, false)); });
}

void StoreMemory::Look(std::function<void()> then) {
  marking_ = true;
  store_.Get(
      key_, kPatience,
      Safely<state::Entry>([this, then = std::move(then)](const Result<state::Entry>& entry) {
        marking_ = false;
        if (!entry && entry.error().code != ErrorCode::kNotFound) return;
        const uint64_t found = entry ? entry->version : state::kAbsent;
        // A later one is a mark of ours of whose writing no answer came.
        if (found < *version_) forgotten_ = true;
        version_ = found;
        then();
      }));
}

}  // namespace weir::tasks

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "state/store.h"

namespace weir::tasks {

/// Finds out whether a store has forgotten what it acknowledged, as a Redis does that is started
/// again and had not written to disk: keeps a marker there, one of this node's own, whose version
/// tells.
///
/// Thread: the store's loop.
class StoreMemory {
 public:
  /// `key` is the marker's, this node's alone. `store` outlives it.
  StoreMemory(state::Store& store, std::string key);

  StoreMemory(const StoreMemory&) = delete;
  StoreMemory& operator=(const StoreMemory&) = delete;

  /// Something was acknowledged that would be missed.
  void Mark();

  /// Answers whether what was acknowledged before the last Mark may be forgotten; not at all while
  /// the store is away, or a mark is under way: ask again.
  void Check(std::function<void(bool forgotten)> answer);

 private:
  template <class T, class Then>
  state::Answer<T> Safely(Then then);

  void PutMark();
  void Look(std::function<void()> then);

  state::Store& store_;
  const std::string key_;
  std::optional<uint64_t> version_;  // As acknowledged; none before the first mark.
  bool marking_ = false;
  bool mark_again_ = false;
  bool forgotten_ = false;                   // Seen, and not told yet.
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is under way.
};

}  // namespace weir::tasks

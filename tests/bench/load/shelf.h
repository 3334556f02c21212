#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "bench/load/playlist.h"

namespace weir::load {

/// What has been got under every address by any player of this process: a file that never changes
/// must be the same for all of them, and a playlist need be read only once.
///
/// Thread: one.
class Shelf {
 public:
  struct Item {
    std::vector<uint8_t> bytes;  ///< As it came, perhaps in gzip.
    std::shared_ptr<const Playlist> playlist;
    Clock::time_point got;
  };

  /// What was got under `target`; null where nothing was, or long ago.
  const Item* Find(const std::string& target) const;

  /// Somebody asks for `target`, which is of this kind.
  void Ask(const std::string& kind, const std::string& target);

  /// Keeps the first that was got; later ones of the same address change nothing.
  const Item& Add(const std::string& target, Item item);

  /// Forgets the bytes of what is older than any player has use for.
  void Tidy(Clock::time_point now);

  /// Distinct addresses that were asked for, by kind.
  const std::map<std::string, uint64_t>& distinct() const { return distinct_; }

 private:
  std::unordered_map<std::string, Item> items_;
  std::unordered_set<std::string> asked_;
  std::map<std::string, uint64_t> distinct_;
};

/// Out of its gzip wrapping; empty where that is broken.
std::string Unpacked(std::span<const uint8_t> bytes);

}  // namespace weir::load

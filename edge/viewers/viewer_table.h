#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "edge/viewers/viewer.h"
#include "edge/viewers/viewer_book.h"
#include "edge/viewers/viewer_key.h"

namespace weir::edge {

/// The viewers that one loop has served lately: what nearly every request finds its viewer in, with
/// one look-up, no lock and no allocation.
///
/// Holds at most what the book holds, and who has left the book and were not swept yet. Thread: its
/// loop's.
class ViewerTable {
 public:
  /// `book` outlives it.
  explicit ViewerTable(ViewerBook& book) : book_(book) {}

  /// The one that asks, as the book has it, or null.
  ViewerPtr Find(const ViewerKey& key);

  // As ViewerBook's.
  ViewerPtr Open(const ViewerKey& key, Clock::time_point now, UtcTime utc,
                 const std::string& id = {});

  void Deny(const ViewerKey& key, Clock::time_point now, UtcTime utc) { book_.Deny(key, now, utc); }

  /// Forgets those who have left the book, `count` places further each time. To be called often.
  void Sweep(size_t count);

  size_t size() const { return viewers_.size(); }

 private:
  ViewerPtr Keep(ViewerPtr viewer);

  ViewerBook& book_;
  std::unordered_map<ViewerKey, ViewerPtr, ViewerKeyHash> viewers_;  // the keys are the viewers'
  size_t swept_ = 0;                                                 // buckets
};

}  // namespace weir::edge

#pragma once

#include <cstdint>
#include <string>

namespace weir::state {

/// A write to one key.
struct Change {
  std::string key;
  uint64_t version = 0;  ///< Of the entry, or, where it was removed, higher than its last.
  bool removed = false;

  bool operator==(const Change&) const = default;
};

/// Who is told of changes. May end its watch, or the store, inside a call.
class Watcher {
 public:
  virtual ~Watcher() = default;

  /// The watch works from here on, and what changed before is unknown: scan. The first call, and
  /// one after every interruption.
  virtual void OnScanNeeded() = 0;

  /// In the order of the writes. A scan under way may or may not show the change already; versions
  /// tell.
  virtual void OnChanged(const Change& change) = 0;
};

/// As long as it lives the watcher is told. Destroyed on the store's loop, before or after the
/// store.
class Watch {
 public:
  virtual ~Watch() = default;
};

}  // namespace weir::state

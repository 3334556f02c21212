#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::hls {

/// What viewers and caches asked for, by kind of file.
///
/// Thread: written on one loop, read from any.
class RequestCounts {
 public:
  enum class Kind { kMultivariant, kChunklist, kReload, kInit, kSegment, kPart, kOther };
  static constexpr size_t kKinds = 7;

  /// As metrics label them. A chunklist asked with _HLS_msn is a "reload".
  static constexpr std::array<std::string_view, kKinds> kNames{
      "multivariant", "chunklist", "reload", "init", "segment", "part", "other"};

  void Add(Kind kind) {
    counts_[static_cast<size_t>(kind)].fetch_add(1, std::memory_order_relaxed);
  }

  uint64_t at(size_t kind) const { return counts_.at(kind).load(std::memory_order_relaxed); }

 private:
  std::array<std::atomic<uint64_t>, kKinds> counts_{};
};

}  // namespace weir::hls

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "formats/m3u8/media_playlist.h"
#include "media/track.h"
#include "protocols/hls/rewind_text.h"

namespace weir::hls {

/// A segment that can be wound back to, or a gap in its place.
struct RewindSegment {
  int64_t number = 0;
  std::string run{};
  m3u8::Segment entry{};  ///< Without parts.
  size_t size = 0;        ///< Bytes that are kept of it; zero: none, it is a gap.
};

/// The closed segments of one rendition, from far back up to the newest: numbers without a hole.
///
/// What it drops, and has kept bytes of, it hands to `dropped`.
class RewindWindow {
 public:
  using Dropped = std::function<void(const RewindSegment&)>;

  /// `length` is how much stream it lists at most.
  RewindWindow(std::chrono::microseconds length, Dropped dropped)
      : length_(length), dropped_(std::move(dropped)) {}

  /// The newest one. All others leave where it does not follow on them.
  void Add(RewindSegment segment);

  /// Those that were kept before a restart, in order: they are put in front, with gaps where some
  /// are missing. Those that cannot stand before what is here are dropped.
  void Restore(std::vector<RewindSegment> older);

  /// Segment `number` could not be kept after all.
  void Lose(int64_t number);

  /// Drops the oldest until `bytes` are free, but none from `from` on. Returns the bytes freed.
  size_t Free(size_t bytes, int64_t from);

  /// Null where it is not here, or a gap.
  const RewindSegment* Find(const std::string& run, int64_t number) const;

  /// Whether it is here, as a gap too.
  bool Has(const std::string& run, int64_t number) const;

  /// All before segment `number`.
  RewindPast Before(int64_t number) const;

  bool empty() const { return listed_.empty(); }

 private:
  struct Listed {
    RewindSegment segment;
    std::shared_ptr<const std::string> lines;
  };

  static bool Follows(const RewindSegment& segment, const RewindSegment& before);
  static std::vector<RewindSegment> GapsBetween(const RewindSegment& before,
                                                const RewindSegment& after);
  const RewindSegment* At(const std::string& run, int64_t number) const;
  void PushFront(RewindSegment segment);
  void Print(size_t index);
  void DropFront();
  void Shorten();

  const std::chrono::microseconds length_;
  const Dropped dropped_;
  std::deque<Listed> listed_;
  std::chrono::microseconds total_{0};
};

}  // namespace weir::hls

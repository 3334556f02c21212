#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "protocols/hls/published.h"

namespace weir::dump {

/// The newest segments of the current run's tracks: as many as it takes to find one that all of
/// them have, and to begin with it.
class HeldSegments {
 public:
  /// Of each track.
  static constexpr size_t kHeldMax = 8;

  /// Forgets those of the run before.
  void OnRunOpened(const hls::RunOpened& opened);

  void OnSegment(const hls::SegmentClosed& segment);

  /// The newest number of which every track has a whole segment.
  std::optional<int64_t> NewestInAll() const;

  /// All that are held, in the order of their numbers.
  std::vector<hls::SegmentClosed> All() const;

  /// Nothing before the first run.
  const std::optional<hls::RunOpened>& run() const { return run_; }

 private:
  using OfTrack = std::deque<hls::SegmentClosed>;

  std::optional<hls::RunOpened> run_;
  std::map<media::TrackId, OfTrack> held_;
};

}  // namespace weir::dump

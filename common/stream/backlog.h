#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "media/frame.h"
#include "media/track.h"
#include "stream/stream.h"

namespace weir::stream {

/// The recent past of a stream: its last whole segments and the open one, within a budget.
///
/// A segment begins with the first video frame (where there is no video: the first frame) that
/// bears a mark of a higher number, and holds all that comes until the next one: so it may begin
/// with frames of other tracks that belong to the segment before.
class Backlog {
 public:
  struct Segment {
    std::shared_ptr<const media::TrackList> tracks;
    bool after_gap = false;
    std::vector<std::shared_ptr<const media::Frame>> frames;
  };

  using Past = std::vector<Segment>;

  explicit Backlog(BacklogLimits limits) : limits_(limits) {}

  void OnTracks(std::shared_ptr<const media::TrackList> tracks);
  void OnGap();

  /// Returns whether `frame` begins a segment.
  bool Add(std::shared_ptr<const media::Frame> frame);

  /// From the segment `segments` before the open one on, or the oldest kept.
  Past Since(int segments) const;

  void Clear();

  const std::shared_ptr<const media::TrackList>& tracks() const { return tracks_; }

  size_t bytes() const { return bytes_; }  ///< Payload.

  int whole_segments() const { return open_ ? static_cast<int>(kept_.size()) - 1 : 0; }

 private:
  struct Kept {
    Segment segment;
    size_t bytes = 0;
  };

  bool Begins(const media::Frame& frame) const;
  size_t cost() const;
  void DropOldest();
  void Trim();

  const BacklogLimits limits_;
  std::shared_ptr<const media::TrackList> tracks_;
  bool has_video_ = false;
  std::optional<int64_t> number_;  ///< Of the open segment, whether it is kept or not.
  bool after_gap_ = false;
  bool open_ = false;  ///< The last of kept_ is the open segment.
  std::deque<Kept> kept_;
  size_t bytes_ = 0;
  size_t frames_ = 0;
};

}  // namespace weir::stream

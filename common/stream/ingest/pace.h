#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "media/track.h"

namespace weir::stream {

/// The frame rate that a series of decoding times shows.
struct Pace {
  MediaTime frame_duration{0};  ///< Zero: not constant.
  bool sure = false;            ///< More frames would not tell more.
};

/// Times of one track without a break: what a break ends is compared by length, and the longest
/// kept. Bounded.
class PaceTimes {
 public:
  void Add(MediaTime dts);
  void Clear();

  std::span<const MediaTime> longest() const {
    return current_.size() >= best_.size() ? current_ : best_;
  }

 private:
  std::vector<MediaTime> current_;
  std::vector<MediaTime> best_;
};

/// Finds the constant rate behind times that were rounded to milliseconds, jitter by some, or miss
/// a frame here and there: one of the usual rates, or a whole number of frames a second. `declared`
/// (zero: none) is kept where the times do not speak against it.
Pace LearnVideoPace(std::span<const MediaTime> times, MediaTime declared);

/// Whether frames of this length could have been timed so, if the times are off by half a frame at
/// most.
bool CouldBePace(std::span<const MediaTime> times, MediaTime frame_duration);

/// The length of `track`'s frames: as declared, unless the times show another that its codec has.
MediaTime LearnAudioPace(std::span<const MediaTime> times, const media::Track& track);

}  // namespace weir::stream

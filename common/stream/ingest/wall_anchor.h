#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "media/media_time.h"

namespace weir::stream {

/// Maps a stream's times to the wall clock: by the arrival of its first frame, and then slowly
/// after the arrival of later ones, so that an encoder's drift is followed for days without a step.
///
/// Only where the stream has fallen behind by seconds for a while, since a silence of the encoder
/// was left out of its timeline, is the step made: forward.
class WallAnchor {
 public:
  bool is_set() const { return zero_.has_value(); }

  void Set(MediaTime time, UtcTime arrival);

  /// Once per segment. Returns whether it made a step.
  bool Follow(MediaTime time, UtcTime arrival);

  UtcTime At(MediaTime time) const;

 private:
  std::optional<UtcTime> zero_;  ///< Wall clock at time zero.
  int behind_ = 0;               ///< Segments in a row.
};

}  // namespace weir::stream

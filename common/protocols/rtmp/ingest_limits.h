#pragma once

#include <chrono>
#include <cstddef>

#include "media/media_time.h"

namespace weir::rtmp {

/// How long an ingest waits for things that may never come.
struct IngestLimits {
  /// With one kind of track only, and metadata that does not say there is no other, frames are held
  /// until this much of them is there.
  MediaTime track_wait = std::chrono::seconds(1);
  size_t track_wait_messages = 500;
  size_t held_size_max = size_t{16} << 20;  ///< Payload bytes held meanwhile.
  /// A video without a key frame for this long is worth a warning.
  std::chrono::seconds key_frame_wait{10};
};

}  // namespace weir::rtmp

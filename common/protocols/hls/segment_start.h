#pragma once

#include "media/frame.h"
#include "protocols/hls/playlist_window.h"

namespace weir::hls {

/// What a playlist says where the segment begins whose first frame is `first`.
SegmentStart SegmentStartOf(const media::Frame& first);

}  // namespace weir::hls

#pragma once

#include <cstdint>

#include "media/media_time.h"

namespace weir::media {

/// How long a frame lasts at `frames` frames in `seconds` seconds: 30000 in 1001.
///
/// Zero, which means unknown, where that is not between 1 and 240 frames a second, or where
/// MediaTime could not say it exactly.
MediaTime FrameDurationAt(uint64_t frames, uint64_t seconds);

/// The same for a rate given as a decimal number, as onMetaData's framerate is: 29.97 and 23.976
/// mean 30000/1001 and 24000/1001. Zero where it is near no rate that is in use.
MediaTime FrameDurationAt(double frames_per_second);

}  // namespace weir::media

#pragma once

#include "base/result.h"
#include "media/track.h"

namespace weir::hls {

/// Whether `tracks` can be packaged: it has a run, and every value that goes into a file or a file
/// name is within bounds. They come from an origin, which may be broken or forged.
///
/// kMalformed, and the detail says what is wrong.
Status CheckTracks(const media::TrackList& tracks);

}  // namespace weir::hls

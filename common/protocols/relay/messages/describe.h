#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/track.h"

namespace weir::relay {

// The message describe is a media::TrackList with all it holds, its run included.

std::vector<uint8_t> EncodeDescribe(const media::TrackList& tracks);

/// Leaves out tracks whose codec this version does not know. kMalformed unless at least one track
/// is left, of at most 64, with different ids and with sampling rates that divide MediaTime's.
Result<media::TrackList> DecodeDescribe(std::span<const uint8_t> body);

}  // namespace weir::relay

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "media/track.h"

namespace weir::fmp4 {

/// The track_ID of the one track, or of the first one, in every file made here.
inline constexpr uint32_t kTrackId = 1;

/// The CMAF header of one track (ISO/IEC 23000-19, 7.3.2): ftyp, and a moov that has no samples.
///
/// A pure function of `track`, whose config is what media::Track says it is.
std::vector<uint8_t> WriteInitSegment(const media::Track& track);

/// The same of several tracks together, at least one: their track_IDs count from kTrackId on.
std::vector<uint8_t> WriteInitSegment(std::span<const media::Track> tracks);

}  // namespace weir::fmp4

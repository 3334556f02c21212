#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/event.h"
#include "media/track_id.h"

namespace weir::relay {

/// The timed data of one frame, which follows on the same channel. Sent as optional: an edge of an
/// earlier version goes on without.
struct FrameEvents {
  media::TrackId track = 0;
  media::EventList events;
};

std::vector<uint8_t> Encode(media::TrackId track, const media::EventList& events);

/// Leaves out kinds of a later version. kMalformed where values are out of range, or more than
/// media::kEventsPerFrameMax.
Result<FrameEvents> DecodeFrameEvents(std::span<const uint8_t> body);

}  // namespace weir::relay

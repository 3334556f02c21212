#pragma once

#include <cstdint>

namespace weir::media {

/// Names a track within its stream: 0 is video and 1 audio where the source has one of each, as
/// with OvenMediaEngine's RTMP.
using TrackId = uint32_t;

}  // namespace weir::media

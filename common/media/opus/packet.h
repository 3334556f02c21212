#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "media/media_time.h"

namespace weir::media::opus {

/// How long an Opus packet plays, told by its first one or two bytes (RFC 6716, 3.1 and 3.2):
/// 2.5 to 120 ms.
///
/// kMalformed: empty, without a frame, or longer than the 120 ms a packet may have.
Result<MediaTime> PacketDuration(std::span<const uint8_t> packet);

}  // namespace weir::media::opus

#pragma once

#include <cstdint>
#include <span>

namespace weir::media::av1 {

/// Whether the payload of a frame or frame header OBU begins a key frame that is shown at once (AV1
/// 5.9.2). One that is decoded now and shown later is not where a receiver can begin.
bool IsShownKeyFrame(std::span<const uint8_t> payload);

}  // namespace weir::media::av1

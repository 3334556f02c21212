#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "media/frame.h"
#include "protocols/relay/wire.h"

namespace weir::relay {

/// The message head and the frame head of `frame` in one piece: what goes before its payload.
std::array<uint8_t, kHeadSize + kFrameHeadSize> WriteFrameHead(uint32_t channel,
                                                               const media::Frame& frame);

/// A frame without payload. kMalformed where times are so far out that reckoning with them would
/// overflow (103 years of MediaTime), or a segment number is below zero.
Result<media::Frame> ReadFrameFields(std::span<const uint8_t, kFrameHeadSize> head);

}  // namespace weir::relay

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "stream/stream_path.h"

namespace weir::relay {

/// Asks for one stream on a channel of the edge's choice.
struct Subscribe {
  enum class Start {
    kNextSegment,   ///< With the next segment that begins.
    kSegmentsBack,  ///< With the segment `number` before the open one, or the oldest kept.
    kAfterSegment,  ///< With the first segment kept whose number is above `number`.
  };
  stream::StreamPath path;  ///< As the origin names it; 255 bytes a part at most.
  Start start = Start::kSegmentsBack;
  int64_t number = 0;  ///< Segments back: 1000 at most.
  int64_t credit = 0;  ///< Bytes of frames the origin may send before it is granted more.

  bool operator==(const Subscribe&) const = default;
};

std::vector<uint8_t> Encode(const Subscribe& message);
Result<Subscribe> DecodeSubscribe(std::span<const uint8_t> body);

}  // namespace weir::relay

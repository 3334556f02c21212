#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/media_sink.h"

namespace weir::relay {

/// What an edge may hope for after an end.
enum class Retry { kNow, kLater, kNever };

Retry RetryAfter(media::EndReason reason);

/// The last message of a channel, from the origin.
///
/// On the wire stand the reason's name and its class, so that an edge which does not know the
/// reason still knows what to do: it takes an unknown one for lost, finished or refused.
struct End {
  media::EndReason reason = media::EndReason::kLost;

  bool operator==(const End&) const = default;
};

std::vector<uint8_t> Encode(const End& message);
Result<End> DecodeEnd(std::span<const uint8_t> body);

}  // namespace weir::relay

#pragma once

#include <optional>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "media/event.h"

namespace weir::origin {

/// Reads the body of a sendEvent call. `now` is what ${EpochTime} in texts stands for. Nothing
/// where the event is sound and of no effect here.
///
/// kMalformed, and the detail is OvenMediaEngine's text for the caller.
Result<std::optional<media::Event>> ReadEvent(const nlohmann::json& body, UtcTime now);

}  // namespace weir::origin

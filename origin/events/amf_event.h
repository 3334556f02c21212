#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/result.h"

namespace weir::origin {

/// The AMF0 values of an event of the format "amf", as an RTMP data message has them: a name, and
/// one value. Errors as ReadEvent has them.
Result<std::vector<uint8_t>> ReadAmfEvent(const nlohmann::json& event, UtcTime now);

/// `text` with the milliseconds since 1970 for each ${EpochTime}.
std::string WithEpochTime(std::string_view text, UtcTime now);

}  // namespace weir::origin

#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir {

/// `format` with YYYY, MM, DD, hh, mm and ss replaced by those of `time`, in local time.
std::string FormatLocal(UtcTime time, std::string_view format);

/// "2023-03-15T21:15:20.113+09:00", as the API has times; without the zone's colon, as info files
/// do, where `colon` is false.
std::string IsoLocal(UtcTime time, bool colon = true);

/// The local time's distance from UTC at `time`: "+0900", or "+09:00" with `colon`.
std::string LocalOffset(UtcTime time, bool colon = false);

/// The name of the local time zone at `time`: "KST".
std::string LocalZone(UtcTime time);

}  // namespace weir

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

}  // namespace weir

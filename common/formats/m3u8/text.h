#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir::m3u8 {

// How values look in a playlist. Each appends to `out`.

/// A decimal-floating-point: seconds, with six decimals.
void AppendSeconds(std::string& out, std::chrono::microseconds duration);

/// A quoted-string, without what one cannot hold: quotes, line ends and other control characters.
void AppendQuoted(std::string& out, std::string_view text);

/// ISO 8601 in UTC, to the millisecond, rounded down: 2026-01-11T12:00:00.000Z.
void AppendDate(std::string& out, UtcTime time);

}  // namespace weir::m3u8

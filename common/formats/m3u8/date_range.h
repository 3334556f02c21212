#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace weir::m3u8 {

/// A stretch of a stream's time with a meaning (EXT-X-DATERANGE, draft-pantos-hls-rfc8216bis
/// 4.4.5.1).
struct DateRange {
  /// One more attribute: X-COM-EXAMPLE-AD-ID, SCTE35-OUT, CUE, ...
  struct Attribute {
    std::string name{};  ///< What is no upper-case letter, digit or dash is left out.
    std::string value{};
    bool quoted = true;  ///< A quoted-string; else a number, or 0x and hexadecimal digits.
  };

  std::string id{};  ///< Unlike any other range's, for as long as both are listed.
  std::string range_class{};
  UtcTime start{};
  std::optional<UtcTime> end{};
  std::optional<std::chrono::microseconds> duration{};
  std::optional<std::chrono::microseconds> planned_duration{};
  std::vector<Attribute> attributes{};
  bool end_on_next = false;  ///< Ends where the next of its class starts; it has a class.
};

/// A range as it stands in a playlist.
struct ListedDateRange {
  DateRange range{};
  bool old = false;  ///< Listed for longer than the skip boundary.
};

/// Its line.
std::string Render(const DateRange& range);

}  // namespace weir::m3u8

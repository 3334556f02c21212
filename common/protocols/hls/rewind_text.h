#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "formats/m3u8/media_playlist.h"

namespace weir::hls {

/// What lies before a playlist, ready to print.
struct RewindPast {
  int64_t media_sequence = 0;               ///< Of the first segment.
  int64_t discontinuity_sequence = 0;       ///< Of the first segment,
  int64_t last_discontinuity = 0;           ///< and of the last.
  std::chrono::seconds target_duration{0};  ///< Of the longest.
  m3u8::SharedLines segments{};             ///< Each behind the one before, by m3u8::SegmentLines.
};

/// `playlist`, a chunklist as the packager printed it, with `past` in front of its segments. Of a
/// delta, those are skipped as well.
std::string WithPast(std::string_view playlist, const RewindPast& past);

/// The number that `playlist` says behind `tag`; nothing where it has no such line.
std::optional<int64_t> NumberBehind(std::string_view playlist, std::string_view tag);

/// `multivariant`, with `query` ("key=value") at the end of each address.
std::string WithQuery(std::string_view multivariant, std::string_view query);

}  // namespace weir::hls

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"

namespace weir::m3u8 {

/// A piece of a segment that is served before the segment is whole (EXT-X-PART).
struct Part {
  std::chrono::microseconds duration{0};
  std::string uri{};
  bool independent = false;  ///< Starts with a key frame.
};

/// One media segment, or as much of it as there is.
struct Segment {
  std::string map_uri{};  ///< Its init segment.
  /// Which stretch of the stream it belongs to. Where this differs from the segment before, an
  /// EXT-X-DISCONTINUITY stands between for each step.
  int64_t discontinuity_sequence = 0;
  std::optional<UtcTime> program_date_time{};
  std::vector<Part> parts{};
  std::chrono::microseconds duration{0};  ///< Of a whole one.
  std::string uri{};
  bool gap = false;  ///< It is missing: `uri` is not to be asked for.
};

/// How far another rendition's playlist has got.
struct RenditionReport {
  std::string uri{};
  int64_t last_number = 0;
  int last_part = 0;
};

/// A live media playlist (draft-pantos-hls-rfc8216bis 4.4): a plain value, to be rendered.
///
/// The segments are borrowed for as long as it lives.
struct MediaPlaylist {
  std::chrono::seconds target_duration{0};
  std::chrono::microseconds part_target{0};
  int64_t media_sequence = 0;              ///< Of the first segment.
  std::vector<const Segment*> segments{};  ///< Whole ones and gaps, oldest first.
  const Segment* open = nullptr;           ///< The one that still grows; it has a part.
  std::string preload_hint{};              ///< The part that comes next; empty: none is told.
  std::vector<RenditionReport> reports{};
  bool ended = false;
};

/// With parts for the segments that end within three target durations of the live edge, hint and
/// reports. No printed part is longer than the printed PART-TARGET if none is longer here.
std::string RenderLowLatency(const MediaPlaylist& playlist);

/// Whole segments, and no tag that came with low latency.
std::string RenderWhole(const MediaPlaylist& playlist);

}  // namespace weir::m3u8

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "formats/m3u8/date_range.h"

namespace weir::m3u8 {

/// A piece of a segment that is served before the segment is whole (EXT-X-PART).
struct Part {
  std::chrono::microseconds duration{0};
  std::string uri{};
  bool independent = false;  ///< Starts with a key frame.
};

/// A border of a break, for advertisements say, as ad servers look for it (EXT-X-CUE-OUT,
/// EXT-X-CUE-IN: of no standard).
struct Cue {
  bool out = false;                       ///< The break begins; else it has ended.
  std::chrono::milliseconds duration{0};  ///< Of a break that begins.
};

/// One media segment, or as much of it as there is.
struct Segment {
  std::string map_uri{};  ///< Its init segment; empty: it needs none.
  /// Which stretch of the stream it belongs to. Where this differs from the segment before, an
  /// EXT-X-DISCONTINUITY stands between for each step.
  int64_t discontinuity_sequence = 0;
  std::optional<UtcTime> program_date_time{};
  std::optional<Cue> cue{};              ///< At its start.
  std::vector<DateRange> date_ranges{};  ///< That begin, end or go on at its start.
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

/// The lines of a whole segment without its parts, as they stand behind those of `before`; null: it
/// is the first one listed.
std::string SegmentLines(const Segment& segment, const Segment* before);

/// Lines of segments that change no more, oldest first. Playlists share them, so that a long one
/// costs no more to render anew than a short one.
using SharedLines = std::vector<std::shared_ptr<const std::string>>;

/// A live media playlist (draft-pantos-hls-rfc8216bis 4.4): a plain value, to be rendered.
///
/// The segments are borrowed for as long as it lives.
struct MediaPlaylist {
  std::chrono::seconds target_duration{0};
  std::chrono::microseconds part_target{0};
  std::chrono::microseconds part_hold_back{0};
  /// CAN-SKIP-UNTIL, six target durations at least; zero: no deltas are offered.
  std::chrono::microseconds skip_boundary{0};
  int64_t media_sequence = 0;          ///< Of the first segment.
  int64_t discontinuity_sequence = 0;  ///< Of the first segment.
  /// The oldest segments, without parts: those a delta leaves out, where there are deltas.
  std::shared_ptr<const SharedLines> old{};
  const Segment* newest_old = nullptr;     ///< The last one of `old`.
  std::vector<const Segment*> segments{};  ///< The others, whole ones and gaps, oldest first.
  const Segment* open = nullptr;           ///< The one that still grows; it has a part.
  std::string preload_hint{};              ///< The part that comes next; empty: none is told.
  std::vector<RenditionReport> reports{};
  std::vector<ListedDateRange> date_ranges{};
  /// Whether those can be skipped: where there are some, or have been lately.
  bool skips_date_ranges = false;
  std::vector<std::string> removed_date_ranges{};  ///< Ids of those that left lately.
  bool ended = false;
};

/// Lists the date ranges of `segment` too, each line once. Where an id has come to mean another
/// range, that one stays.
void AddDateRanges(const Segment& segment, std::vector<ListedDateRange>& ranges);

/// What a delta leaves out (_HLS_skip, 6.2.5.1).
enum class Skip {
  kNothing,
  kSegments,    ///< YES
  kDateRanges,  ///< v2: old date ranges too.
};

/// A low-latency playlist in all of its forms, with parts for the segments that end within three
/// target durations of the live edge, hint and reports. No printed part is longer than the printed
/// PART-TARGET if none is longer in the playlist.
///
/// It stands for itself: nothing is borrowed.
class LowLatencyText {
 public:
  explicit LowLatencyText(const MediaPlaylist& playlist);

  /// Whether there are deltas.
  bool can_skip() const { return can_skip_; }

  /// Whether deltas of kDateRanges differ from those of kSegments.
  bool can_skip_date_ranges() const { return can_skip_date_ranges_; }

  /// The whole playlist where `skip` is not offered.
  std::string Text(Skip skip) const;

 private:
  bool can_skip_ = false;
  bool can_skip_date_ranges_ = false;
  std::string head_;                        ///< Behind the version.
  std::string date_ranges_;                 ///< All of them,
  std::string new_date_ranges_;             ///< those that are not old,
  std::string removed_date_ranges_;         ///< and the attribute about those that left.
  std::shared_ptr<const SharedLines> old_;  ///< May be null.
  std::string rest_;
};

/// Whole segments, and no tag that came with low latency; of version 3 where no segment has a map.
std::string RenderWhole(const MediaPlaylist& playlist);

}  // namespace weir::m3u8

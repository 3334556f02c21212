#include "formats/m3u8/media_playlist.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "formats/m3u8/text.h"

namespace weir::m3u8 {
namespace {

/// EXT-X-MAP in a playlist of media segments needs 6; parts ask no more. Deltas need 9, and it is
/// said of what they are deltas of too; those without old date ranges need 10 (8.).
constexpr int kVersion = 6;
/// Lengths with a fraction need 3, and old players know no more.
constexpr int kVersionWithoutMaps = 3;
constexpr int kVersionSkip = 9;
constexpr int kVersionSkipDateRanges = 10;
/// The least that the draft allows for HOLD-BACK, in target durations (4.4.3.8).
constexpr int kHoldBackTargets = 3;
/// How far back from the live edge parts must stay listed, in target durations (6.2.2).
constexpr int kPartsTargets = 3;

constexpr std::string_view kOpening = "#EXTM3U\n#EXT-X-VERSION:";

template <class... Args>
void Format(std::string& out, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Args>(args)...);
}

bool CanSkip(const MediaPlaylist& playlist) {
  return playlist.skip_boundary.count() > 0 && !playlist.ended && playlist.old != nullptr &&
         !playlist.old->empty();
}

void AppendServerControl(std::string& out, const MediaPlaylist& playlist) {
  out += "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES";
  if (CanSkip(playlist)) {
    out += ",CAN-SKIP-UNTIL=";
    AppendSeconds(out, playlist.skip_boundary);
    if (playlist.skips_date_ranges) out += ",CAN-SKIP-DATERANGES=YES";
  }
  out += ",HOLD-BACK=";
  AppendSeconds(out, kHoldBackTargets * playlist.target_duration);
  out += ",PART-HOLD-BACK=";
  AppendSeconds(out, playlist.part_hold_back);
  out += "\n#EXT-X-PART-INF:PART-TARGET=";
  AppendSeconds(out, playlist.part_target);
  out += '\n';
}

bool IsEmpty(const MediaPlaylist& playlist) {
  return playlist.newest_old == nullptr && playlist.segments.empty() && playlist.open == nullptr;
}

bool HasMap(const MediaPlaylist& playlist) {
  if (playlist.newest_old != nullptr) return !playlist.newest_old->map_uri.empty();
  return std::any_of(playlist.segments.begin(), playlist.segments.end(),
                     [](const Segment* segment) { return !segment->map_uri.empty(); });
}

/// What stands before the segments, behind the version.
std::string Head(const MediaPlaylist& playlist, bool low_latency) {
  std::string out;
  Format(out, "\n#EXT-X-TARGETDURATION:{}\n", playlist.target_duration.count());
  if (low_latency) AppendServerControl(out, playlist);
  Format(out, "#EXT-X-MEDIA-SEQUENCE:{}\n", playlist.media_sequence);
  if (!IsEmpty(playlist))
    Format(out, "#EXT-X-DISCONTINUITY-SEQUENCE:{}\n", playlist.discontinuity_sequence);
  return out;
}

/// What holds for a segment, and its first part, from its beginning on.
void AppendOpening(std::string& out, const Segment& segment, const Segment* before) {
  if (before != nullptr) {
    for (int64_t i = before->discontinuity_sequence; i < segment.discontinuity_sequence; ++i)
      out += "#EXT-X-DISCONTINUITY\n";
  }
  const bool new_map = before == nullptr || before->map_uri != segment.map_uri;
  if (new_map && !segment.map_uri.empty()) {
    out += "#EXT-X-MAP:URI=";
    AppendQuoted(out, segment.map_uri);
    out += '\n';
  }
  if (segment.program_date_time) {
    out += "#EXT-X-PROGRAM-DATE-TIME:";
    AppendDate(out, *segment.program_date_time);
    out += '\n';
  }
  if (!segment.cue) return;
  if (!segment.cue->out) {
    out += "#EXT-X-CUE-IN\n";
    return;
  }
  const int64_t length = segment.cue->duration.count();
  Format(out, "#EXT-X-CUE-OUT:DURATION={}.{:03}\n", length / 1'000, length % 1'000);
}

void AppendParts(std::string& out, const Segment& segment) {
  for (const Part& part : segment.parts) {
    out += "#EXT-X-PART:DURATION=";
    AppendSeconds(out, part.duration);
    out += ",URI=";
    AppendQuoted(out, part.uri);
    if (part.independent) out += ",INDEPENDENT=YES";
    out += '\n';
  }
}

void AppendEnding(std::string& out, const Segment& segment) {
  if (segment.gap) out += "#EXT-X-GAP\n";
  out += "#EXTINF:";
  AppendSeconds(out, segment.duration);
  out += ",\n";
  out += segment.uri;
  out += '\n';
}

void AppendOld(std::string& out, const SharedLines* old) {
  if (old == nullptr) return;
  size_t size = 0;
  for (const auto& lines : *old)
    size += lines->size();
  out.reserve(out.size() + size);
  for (const auto& lines : *old)
    out += *lines;
}

void AppendTail(std::string& out, const MediaPlaylist& playlist) {
  if (!playlist.preload_hint.empty()) {
    out += "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=";
    AppendQuoted(out, playlist.preload_hint);
    out += '\n';
  }
  for (const RenditionReport& report : playlist.reports) {
    out += "#EXT-X-RENDITION-REPORT:URI=";
    AppendQuoted(out, report.uri);
    Format(out, ",LAST-MSN={},LAST-PART={}\n", report.last_number, report.last_part);
  }
  if (playlist.ended) out += "#EXT-X-ENDLIST\n";
}

/// Index of the first segment whose parts are listed.
size_t PartsFrom(const MediaPlaylist& playlist) {
  std::chrono::microseconds to_edge{0};
  if (playlist.open != nullptr) {
    for (const Part& part : playlist.open->parts)
      to_edge += part.duration;
  }
  size_t from = playlist.segments.size();
  while (from > 0 && to_edge < kPartsTargets * playlist.target_duration)
    to_edge += playlist.segments[--from]->duration;
  return from;
}

/// From the first segment that is not old on.
std::string Rest(const MediaPlaylist& playlist) {
  std::string out;
  out.reserve(8'192);
  const size_t parts_from = PartsFrom(playlist);
  const Segment* before = playlist.newest_old;
  for (size_t i = 0; i < playlist.segments.size(); ++i) {
    const Segment& segment = *playlist.segments[i];
    AppendOpening(out, segment, before);
    if (i >= parts_from) AppendParts(out, segment);
    AppendEnding(out, segment);
    before = &segment;
  }
  if (playlist.open != nullptr) {
    AppendOpening(out, *playlist.open, before);
    AppendParts(out, *playlist.open);
  }
  AppendTail(out, playlist);
  out.shrink_to_fit();
  return out;
}

/// RECENTLY-REMOVED-DATERANGES: ids with tabs between them.
std::string RemovedAttribute(const std::vector<std::string>& ids) {
  std::string out = ",RECENTLY-REMOVED-DATERANGES=\"";
  for (const std::string& id : ids) {
    if (&id != &ids.front()) out += '\t';
    std::string quoted;
    AppendQuoted(quoted, id);
    out.append(quoted, 1, quoted.size() - 2);
  }
  return out += '"';
}

}  // namespace

std::string SegmentLines(const Segment& segment, const Segment* before) {
  std::string out;
  AppendOpening(out, segment, before);
  AppendEnding(out, segment);
  return out;
}

void AddDateRanges(const Segment& segment, std::vector<ListedDateRange>& ranges) {
  for (const DateRange& range : segment.date_ranges) {
    std::erase_if(ranges, [&range](const ListedDateRange& listed) {
      return listed.range.id == range.id && listed.range.start != range.start;
    });
    const bool known = std::any_of(
        ranges.begin(), ranges.end(),
        [&range](const ListedDateRange& listed) { return Render(listed.range) == Render(range); });
    if (!known) ranges.push_back({.range = range});
  }
}

LowLatencyText::LowLatencyText(const MediaPlaylist& playlist)
    : can_skip_(CanSkip(playlist)),
      can_skip_date_ranges_(can_skip_ && playlist.skips_date_ranges),
      head_(Head(playlist, true)),
      old_(playlist.old),
      rest_(Rest(playlist)) {
  for (const ListedDateRange& listed : playlist.date_ranges) {
    const std::string line = Render(listed.range);
    date_ranges_ += line;
    if (!listed.old) new_date_ranges_ += line;
  }
  if (can_skip_date_ranges_) removed_date_ranges_ = RemovedAttribute(playlist.removed_date_ranges);
}

std::string LowLatencyText::Text(Skip skip) const {
  if (!can_skip_) skip = Skip::kNothing;
  if (skip == Skip::kDateRanges && !can_skip_date_ranges_) skip = Skip::kSegments;
  std::string out(kOpening);
  const bool all_ranges = skip != Skip::kDateRanges;
  out += fmt::format("{}", !can_skip_   ? kVersion
                           : all_ranges ? kVersionSkip
                                        : kVersionSkipDateRanges);
  out += head_;
  out += all_ranges ? date_ranges_ : new_date_ranges_;
  if (skip == Skip::kNothing) {
    AppendOld(out, old_.get());
  } else {
    Format(out, "#EXT-X-SKIP:SKIPPED-SEGMENTS={}{}\n", old_->size(),
           all_ranges ? "" : removed_date_ranges_);
  }
  out += rest_;
  return out;
}

std::string RenderWhole(const MediaPlaylist& playlist) {
  std::string out(kOpening);
  Format(out, "{}", HasMap(playlist) ? kVersion : kVersionWithoutMaps);
  out += Head(playlist, false);
  for (const ListedDateRange& listed : playlist.date_ranges)
    out += Render(listed.range);
  AppendOld(out, playlist.old.get());
  const Segment* before = playlist.newest_old;
  for (const Segment* segment : playlist.segments) {
    out += SegmentLines(*segment, before);
    before = segment;
  }
  if (playlist.ended) out += "#EXT-X-ENDLIST\n";
  return out;
}

}  // namespace weir::m3u8

#include "formats/m3u8/media_playlist.h"

#include <cstddef>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "formats/m3u8/text.h"

namespace weir::m3u8 {
namespace {

/// EXT-X-MAP in a playlist of media segments needs 6; parts ask no more.
constexpr int kVersion = 6;
/// The least that the draft allows for PART-HOLD-BACK, in part targets (4.4.3.8).
constexpr int kHoldBackParts = 3;
/// How far back from the live edge parts must stay listed, in target durations (6.2.2).
constexpr int kPartsTargets = 3;

/// Puts the lines of one playlist together, remembering what the segment before said.
class Text {
 public:
  explicit Text(const MediaPlaylist& playlist) : playlist_(playlist) { text_.reserve(8'192); }

  void Head(bool low_latency) {
    Format("#EXTM3U\n#EXT-X-VERSION:{}\n#EXT-X-TARGETDURATION:{}\n", kVersion,
           playlist_.target_duration.count());
    if (low_latency) ServerControl();
    Format("#EXT-X-MEDIA-SEQUENCE:{}\n", playlist_.media_sequence);
    if (const Segment* first = First()) {
      discontinuity_sequence_ = first->discontinuity_sequence;
      Format("#EXT-X-DISCONTINUITY-SEQUENCE:{}\n", discontinuity_sequence_);
    }
  }

  /// A segment that is whole, or missing.
  void Whole(const Segment& segment, bool with_parts) {
    Opening(segment);
    if (with_parts) Parts(segment);
    if (segment.gap) text_ += "#EXT-X-GAP\n";
    text_ += "#EXTINF:";
    AppendSeconds(text_, segment.duration);
    text_ += ",\n";
    text_ += segment.uri;
    text_ += '\n';
  }

  void Open(const Segment& segment) {
    Opening(segment);
    Parts(segment);
  }

  void PreloadHint() {
    if (playlist_.preload_hint.empty()) return;
    text_ += "#EXT-X-PRELOAD-HINT:TYPE=PART,URI=";
    AppendQuoted(text_, playlist_.preload_hint);
    text_ += '\n';
  }

  void Reports() {
    for (const RenditionReport& report : playlist_.reports) {
      text_ += "#EXT-X-RENDITION-REPORT:URI=";
      AppendQuoted(text_, report.uri);
      Format(",LAST-MSN={},LAST-PART={}\n", report.last_number, report.last_part);
    }
  }

  void End() {
    if (playlist_.ended) text_ += "#EXT-X-ENDLIST\n";
  }

  std::string Take() { return std::move(text_); }

 private:
  template <class... Args>
  void Format(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }

  const Segment* First() const {
    return playlist_.segments.empty() ? playlist_.open : playlist_.segments.front();
  }

  void ServerControl() {
    text_ += "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=";
    AppendSeconds(text_, kHoldBackParts * playlist_.part_target);
    text_ += "\n#EXT-X-PART-INF:PART-TARGET=";
    AppendSeconds(text_, playlist_.part_target);
    text_ += '\n';
  }

  void Opening(const Segment& segment) {
    for (; discontinuity_sequence_ < segment.discontinuity_sequence; ++discontinuity_sequence_)
      text_ += "#EXT-X-DISCONTINUITY\n";
    if (map_uri_ != segment.map_uri) {
      map_uri_ = segment.map_uri;
      text_ += "#EXT-X-MAP:URI=";
      AppendQuoted(text_, map_uri_);
      text_ += '\n';
    }
    if (!segment.program_date_time) return;
    text_ += "#EXT-X-PROGRAM-DATE-TIME:";
    AppendDate(text_, *segment.program_date_time);
    text_ += '\n';
  }

  void Parts(const Segment& segment) {
    for (const Part& part : segment.parts) {
      text_ += "#EXT-X-PART:DURATION=";
      AppendSeconds(text_, part.duration);
      text_ += ",URI=";
      AppendQuoted(text_, part.uri);
      if (part.independent) text_ += ",INDEPENDENT=YES";
      text_ += '\n';
    }
  }

  const MediaPlaylist& playlist_;
  int64_t discontinuity_sequence_ = 0;
  std::string_view map_uri_;
  std::string text_;
};

/// Index of the first whole segment whose parts are listed.
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

}  // namespace

std::string RenderLowLatency(const MediaPlaylist& playlist) {
  Text text(playlist);
  text.Head(true);
  const size_t parts_from = PartsFrom(playlist);
  for (size_t i = 0; i < playlist.segments.size(); ++i)
    text.Whole(*playlist.segments[i], i >= parts_from);
  if (playlist.open != nullptr) text.Open(*playlist.open);
  text.PreloadHint();
  text.Reports();
  text.End();
  return text.Take();
}

std::string RenderWhole(const MediaPlaylist& playlist) {
  Text text(playlist);
  text.Head(false);
  for (const Segment* segment : playlist.segments)
    text.Whole(*segment, false);
  text.End();
  return text.Take();
}

}  // namespace weir::m3u8

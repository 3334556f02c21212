#pragma once

#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "protocols/hls/chunklist.h"
#include "protocols/hls/published.h"

namespace weir::hls::testing {

/// Keeps all that a packager published.
class Recorder final : public PublishedSink {
 public:
  using PartKey = std::tuple<media::TrackId, int64_t, int>;
  using SegmentKey = std::pair<media::TrackId, int64_t>;

  void OnRunOpened(const RunOpened& opened) override { runs.push_back(opened); }

  void OnPart(const PartAdded& part) override {
    order.emplace_back(part.track, part.number, part.part);
    repeated |= !parts.emplace(order.back(), part).second;
    current[part.track] = part.playlist;
  }

  void OnSegment(const SegmentClosed& segment) override {
    closed.emplace_back(segment.track, segment.number);
    segments[closed.back()] = segment;
    current[segment.track] = segment.playlist;
    legacy[segment.track] = segment.legacy;
  }

  void OnExpired(const SegmentExpired& segment) override {
    expired.emplace_back(segment.track, segment.number);
  }

  void OnEnd(media::EndReason reason) override { end = reason; }

  std::string Current(media::TrackId track) const {
    const auto found = current.find(track);
    return found == current.end()
               ? ""
               : std::string(found->second->Get(m3u8::Skip::kNothing)->bytes.text());
  }

  std::vector<RunOpened> runs;
  std::vector<PartKey> order;
  std::map<PartKey, PartAdded> parts;
  bool repeated = false;  ///< A part came twice.
  std::vector<SegmentKey> closed;
  std::map<SegmentKey, SegmentClosed> segments;
  std::vector<SegmentKey> expired;
  std::map<media::TrackId, ChunklistPtr> current;
  std::map<media::TrackId, ResourcePtr> legacy;
  std::optional<media::EndReason> end;
};

/// The lines of a playlist that start with `tag`, without it; all where it is empty.
inline std::vector<std::string> Lines(std::string_view text, std::string_view tag = "") {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.starts_with(tag)) lines.emplace_back(line.substr(tag.size()));
  }
  return lines;
}

/// The number after `name` in `line`, in millionths where it has a fraction of six digits.
inline int64_t NumberAfter(std::string_view line, std::string_view name) {
  const size_t at = line.find(name);
  if (at == std::string_view::npos) return -1;
  std::string digits;
  for (const char c : line.substr(at + name.size())) {
    if (c == '.') continue;
    if (c < '0' || c > '9') break;
    digits += c;
  }
  int64_t number = -1;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace weir::hls::testing

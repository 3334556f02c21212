#include "protocols/hls/segment_start.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "formats/scte35/splice_insert.h"

namespace weir::hls {
namespace {

using media::Event;

m3u8::DateRange RangeOf(const Event& event) {
  scte35::SpliceInsert splice{.event_id = event.splice_id, .out_of_network = event.out};
  m3u8::DateRange range{.id = fmt::format("{}", event.splice_id), .start = event.start};
  if (event.out) {
    splice.duration = event.duration;
    splice.auto_return = event.auto_return;
    range.planned_duration = event.duration;
  }
  std::string section = "0x";
  for (const uint8_t byte : scte35::WriteSection(splice))
    section += fmt::format("{:02X}", byte);
  range.attributes.push_back({.name = event.out ? "SCTE35-OUT" : "SCTE35-IN",
                              .value = std::move(section),
                              .quoted = false});
  return range;
}

}  // namespace

SegmentStart SegmentStartOf(const media::Frame& first) {
  SegmentStart start{.utc = first.mark->utc};
  if (!first.events) return start;
  for (const Event& event : *first.events) {
    if (event.kind == Event::Kind::kCue)
      start.cue = m3u8::Cue{.out = event.out, .duration = event.duration};
    if (event.kind == Event::Kind::kScte35) start.date_ranges.push_back(RangeOf(event));
  }
  return start;
}

}  // namespace weir::hls

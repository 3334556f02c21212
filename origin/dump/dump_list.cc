#include "origin/dump/dump_list.h"

#include <algorithm>
#include <utility>

namespace weir::dump {

void DumpList::Add(int64_t number, const m3u8::Segment& segment, std::chrono::seconds target) {
  const bool is_first = lines_->empty();
  m3u8::Segment listed = segment;
  if (is_first) {
    first_ = number;
    first_discontinuity_ = listed.discontinuity_sequence;
  } else {
    const bool follows = listed.map_uri == newest_segment_.map_uri && number == newest_ + 1;
    // One tag, however many runs lie between that are not listed.
    listed.discontinuity_sequence =
        newest_segment_.discontinuity_sequence + static_cast<int64_t>(!follows);
  }
  lines_->push_back(std::make_shared<const std::string>(
      m3u8::SegmentLines(listed, is_first ? nullptr : &newest_segment_)));
  // Halves go up, as players take them.
  const auto length =
      std::chrono::floor<std::chrono::seconds>(listed.duration + std::chrono::milliseconds(500));
  target_ = std::max({target_, target, length});
  m3u8::AddDateRanges(listed, date_ranges_);
  newest_ = number;
  newest_segment_ = std::move(listed);
}

std::string DumpList::Text(bool ended) const {
  return m3u8::RenderWhole({.target_duration = target_,
                            .media_sequence = first_,
                            .discontinuity_sequence = first_discontinuity_,
                            .old = lines_,
                            .newest_old = &newest_segment_,
                            .date_ranges = date_ranges_,
                            .ended = ended});
}

}  // namespace weir::dump

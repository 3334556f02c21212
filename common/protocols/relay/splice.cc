#include "protocols/relay/splice.h"

#include <algorithm>

namespace weir::relay {

Splice::Verdict Splice::OnFrame(const media::Frame& frame) {
  Verdict verdict = Verdict::kPass;
  if (joining_) {
    joining_ = false;
    const bool overlaps = frame.mark && frame.mark->number <= *newest_;
    if (!overlaps) verdict = Verdict::kGap;
  }
  const auto [last, first] = last_dts_.try_emplace(frame.track, frame.dts);
  if (!first && frame.dts <= last->second) return Verdict::kSkip;
  last->second = frame.dts;
  if (frame.mark) newest_ = std::max(newest_.value_or(frame.mark->number), frame.mark->number);
  return verdict;
}

void Splice::Reset() {
  last_dts_.clear();
  newest_.reset();
  joining_ = false;
}

}  // namespace weir::relay

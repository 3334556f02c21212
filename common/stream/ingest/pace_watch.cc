#include "stream/ingest/pace_watch.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace weir::stream {
namespace {

constexpr size_t kWindow = 150;
constexpr int kNeededMax = 64;
constexpr MediaTime kStepMax = std::chrono::seconds(3);

}  // namespace

void PaceWatch::Expect(MediaTime frame_duration) {
  expected_ = frame_duration;
  window_.clear();
  suspect_.reset();
  agreeing_ = 0;
}

std::optional<MediaTime> PaceWatch::Judge() const {
  const Pace pace = LearnVideoPace(window_, expected_);
  const bool other_rate = pace.sure && pace.frame_duration > MediaTime(0);
  if (pace.frame_duration == expected_) return std::nullopt;
  if (!other_rate && CouldBePace(window_, expected_)) return std::nullopt;
  return pace.frame_duration;
}

std::optional<MediaTime> PaceWatch::Add(MediaTime dts) {
  // Where no pace is expected any is fine: there is nothing to gain by a new run.
  if (expected_ == MediaTime(0)) return std::nullopt;
  if (!window_.empty() && (dts < window_.back() || dts - window_.back() > kStepMax)) OnBreak();
  window_.push_back(dts);
  if (window_.size() < kWindow) return std::nullopt;
  const std::optional<MediaTime> other = Judge();
  window_.clear();
  agreeing_ = !other ? 0 : other == suspect_ ? agreeing_ + 1 : 1;
  suspect_ = other;
  if (agreeing_ < needed_) return std::nullopt;
  needed_ = std::min(needed_ * 2, kNeededMax);
  return other;
}

}  // namespace weir::stream

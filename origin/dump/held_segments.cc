#include "origin/dump/held_segments.h"

#include <algorithm>

namespace weir::dump {

void HeldSegments::OnRunOpened(const hls::RunOpened& opened) {
  run_ = opened;
  held_.clear();
}

void HeldSegments::OnSegment(const hls::SegmentClosed& segment) {
  OfTrack& track = held_[segment.track];
  // The newest one may be told again, with ended playlists.
  if (!track.empty() && segment.number <= track.back().number) return;
  track.push_back(segment);
  if (track.size() > kHeldMax) track.pop_front();
  const std::optional<int64_t> newest = NewestInAll();
  if (!newest) return;
  for (auto& [id, others] : held_)
    std::erase_if(others, [&](const hls::SegmentClosed& old) { return old.number < *newest; });
}

std::optional<int64_t> HeldSegments::NewestInAll() const {
  if (!run_ || held_.empty()) return std::nullopt;
  const auto has = [this](media::TrackId id, int64_t number) {
    const auto track = held_.find(id);
    return track != held_.end() &&
           std::ranges::any_of(track->second, [number](const hls::SegmentClosed& held) {
             return held.number == number && held.media != nullptr;
           });
  };
  const OfTrack& any = held_.begin()->second;
  for (auto segment = any.rbegin(); segment != any.rend(); ++segment) {
    if (std::ranges::all_of(run_->tracks->tracks, [&](const media::Track& track) {
          return has(track.id, segment->number);
        }))
      return segment->number;
  }
  return std::nullopt;
}

std::vector<hls::SegmentClosed> HeldSegments::All() const {
  std::vector<hls::SegmentClosed> all;
  for (const auto& [id, track] : held_)
    all.insert(all.end(), track.begin(), track.end());
  std::ranges::stable_sort(all, {}, &hls::SegmentClosed::number);
  return all;
}

}  // namespace weir::dump

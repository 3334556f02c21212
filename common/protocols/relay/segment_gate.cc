#include "protocols/relay/segment_gate.h"

#include <utility>

namespace weir::relay {

void SegmentGate::OnTracks(const media::TrackList& tracks) {
  std::map<media::TrackId, media::MediaKind> kinds;
  has_video_ = false;
  for (const media::Track& track : tracks.tracks) {
    kinds.emplace(track.id, track.kind());
    has_video_ = has_video_ || track.kind() == media::MediaKind::kVideo;
    if (closing_ && !kinds_.contains(track.id)) closed_.insert(track.id);
  }
  std::erase_if(closed_, [&](media::TrackId id) { return !kinds.contains(id); });
  kinds_ = std::move(kinds);
}

void SegmentGate::Close() {
  closing_ = true;
  at_least_.reset();
  for (const auto& [id, kind] : kinds_)
    closed_.insert(id);
}

void SegmentGate::CloseUntil(int64_t number) {
  Close();
  at_least_ = number;
}

bool SegmentGate::Passes(const media::Frame& frame) {
  if (!closed_.contains(frame.track)) return true;
  if (!frame.mark) return false;
  if (!at_least_ && Leads(frame.track)) at_least_ = frame.mark->number;
  if (!at_least_ || frame.mark->number < *at_least_) return false;
  closed_.erase(frame.track);
  closing_ = !closed_.empty();
  return true;
}

bool SegmentGate::Leads(media::TrackId track) const {
  if (!has_video_) return true;
  const auto found = kinds_.find(track);
  return found != kinds_.end() && found->second == media::MediaKind::kVideo;
}

}  // namespace weir::relay

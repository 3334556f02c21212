#include "stream/backlog.h"

#include <algorithm>
#include <utility>

#include "stream/pack_frames.h"

namespace weir::stream {
namespace {

/// What keeping a frame takes besides its payload, at most: the Frame, the owner of the payload,
/// the allocator's own. Without it empty-looking frames would be free.
constexpr size_t kCostPerFrame = 256;

void Close(Backlog::Segment& segment) {
  segment.frames.shrink_to_fit();
  PackFrames(segment.frames);
}

std::string_view RunOf(const std::shared_ptr<const media::TrackList>& tracks) {
  return tracks && tracks->run ? std::string_view(tracks->run->id) : std::string_view();
}

}  // namespace

void Backlog::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  if (RunOf(tracks) != RunOf(tracks_)) number_.reset();
  tracks_ = std::move(tracks);
  has_video_ = std::any_of(tracks_->tracks.begin(), tracks_->tracks.end(), [](const auto& track) {
    return track.kind() == media::MediaKind::kVideo;
  });
}

void Backlog::OnGap() {
  after_gap_ = true;
}

bool Backlog::Begins(const media::Frame& frame) const {
  if (!frame.mark || !tracks_) return false;
  if (number_ && frame.mark->number <= *number_) return false;
  if (!has_video_) return true;
  const media::Track* track = tracks_->Find(frame.track);
  return track != nullptr && track->kind() == media::MediaKind::kVideo;
}

bool Backlog::Add(std::shared_ptr<const media::Frame> frame) {
  const bool begins = Begins(*frame);
  if (begins) {
    if (open_) Close(kept_.back().segment);
    number_ = frame->mark->number;
    open_ = true;
    kept_.push_back(
        {.segment = {
             .tracks = tracks_, .after_gap = std::exchange(after_gap_, false), .frames = {}}});
  }
  if (!open_) return begins;
  Kept& last = kept_.back();
  last.bytes += media::BytesOf(*frame);
  bytes_ += media::BytesOf(*frame);
  ++frames_;
  last.segment.frames.push_back(std::move(frame));
  Trim();
  return begins;
}

size_t Backlog::cost() const {
  return bytes_ + frames_ * kCostPerFrame;
}

void Backlog::DropOldest() {
  bytes_ -= kept_.front().bytes;
  frames_ -= kept_.front().segment.frames.size();
  kept_.pop_front();
}

void Backlog::Trim() {
  const size_t segments_max = static_cast<size_t>(std::max(limits_.segments, 0)) + 1;
  while (kept_.size() > 1 && (kept_.size() > segments_max || cost() > limits_.bytes))
    DropOldest();
  if (cost() <= limits_.bytes) return;
  // The open segment alone is too large: nobody can start in it, and the next one begins afresh.
  DropOldest();
  open_ = false;
}

Backlog::Past Backlog::Since(int segments) const {
  if (kept_.empty()) return {};
  const size_t wanted = std::min(static_cast<size_t>(std::max(segments, 0)) + 1, kept_.size());
  Past past;
  past.reserve(wanted);
  for (auto kept = kept_.end() - static_cast<std::ptrdiff_t>(wanted); kept != kept_.end(); ++kept)
    past.push_back(kept->segment);
  return past;
}

void Backlog::Clear() {
  kept_.clear();
  open_ = false;
  bytes_ = 0;
  frames_ = 0;
}

}  // namespace weir::stream

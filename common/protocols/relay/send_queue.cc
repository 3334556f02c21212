#include "protocols/relay/send_queue.h"

#include <iterator>
#include <utility>

namespace weir::relay {
namespace {

size_t CostOf(const SendQueue::Item& item) {
  return item.frame ? media::BytesOf(*item.frame) + SendQueue::kFrameCost : 0;
}

bool HasVideo(const media::TrackList& tracks) {
  for (const media::Track& track : tracks.tracks)
    if (track.kind() == media::MediaKind::kVideo) return true;
  return false;
}

}  // namespace

void SendQueue::PushTracks(std::shared_ptr<const media::TrackList> tracks) {
  gate_.OnTracks(*tracks);
  // Descriptions alone must not pile up either.
  if (!items_.empty() && items_.back().kind == Item::Kind::kTracks) items_.pop_back();
  Add({.kind = Item::Kind::kTracks, .tracks = std::move(tracks), .frame = {}});
}

void SendQueue::PushFrame(std::shared_ptr<const media::Frame> frame) {
  if (!gate_.Passes(*frame)) {
    ++dropped_;
    return;
  }
  if (frame->payload.size() > limits_.frame_max) {
    ++dropped_;
    gap_due_ = true;
    gate_.Close();
    return;
  }
  if (std::exchange(gap_due_, false)) AddGap();
  Add({.kind = Item::Kind::kFrame, .tracks = {}, .frame = std::move(frame)});
  if (TooMuch()) Shrink(limits_.bytes / 2);
}

void SendQueue::PushPresent() {
  Add({.kind = Item::Kind::kPresent, .tracks = {}, .frame = {}});
}

void SendQueue::PushGap() {
  gap_due_ = true;
}

void SendQueue::PushEnd(media::EndReason reason) {
  Add({.kind = Item::Kind::kEnd, .tracks = {}, .frame = {}, .reason = reason});
}

SendQueue::Item SendQueue::Pop() {
  Item item = std::move(items_.front());
  items_.pop_front();
  bytes_ -= CostOf(item);
  if (item.start) --starts_;
  if (item.tracks) popped_tracks_ = item.tracks;
  if (item.kind == Item::Kind::kPresent) starting_ = false;
  return item;
}

bool SendQueue::TooMuch() const {
  const size_t bytes_max = limits_.bytes + (starting_ ? limits_.start_bytes : 0);
  const int starts_max = limits_.segments + (starting_ ? limits_.start_segments : 0);
  return bytes_ > bytes_max || starts_ > starts_max;
}

void SendQueue::Shrink(size_t keep_max) {
  const Items::iterator start = NewestStart(keep_max);
  std::shared_ptr<const media::TrackList> tracks;
  bool present = false;
  for (auto item = items_.begin(); item != start; ++item) {
    if (item->tracks) tracks = item->tracks;
    if (item->frame) ++dropped_;
    present |= item->kind == Item::Kind::kPresent;
  }
  Items kept(std::make_move_iterator(start), std::make_move_iterator(items_.end()));
  starting_ = false;
  Keep(std::move(kept), std::move(tracks), present);
}

/// The newest start with no more than `behind_max` behind it, but not the front: staying where we
/// are would make no room.
SendQueue::Items::iterator SendQueue::NewestStart(size_t behind_max) {
  size_t behind = 0;
  auto item = items_.end();
  while (item != items_.begin()) {
    --item;
    behind += CostOf(*item);
    if (behind > behind_max || item == items_.begin()) return items_.end();
    if (item->start) return item;
  }
  return items_.end();
}

/// Starts again with `tracks`, where `present` that the past is over, a gap, and what may follow it
/// of `from`.
void SendQueue::Keep(Items from, std::shared_ptr<const media::TrackList> tracks, bool present) {
  items_.clear();
  bytes_ = 0;
  starts_ = 0;
  newest_start_.reset();
  tracks_ = tracks ? tracks : popped_tracks_;
  gate_ = SegmentGate();
  if (tracks_) gate_.OnTracks(*tracks_);
  gate_.Close();
  if (tracks) Add({.kind = Item::Kind::kTracks, .tracks = std::move(tracks), .frame = {}});
  if (present) PushPresent();
  gap_due_ = true;
  for (Item& item : from) {
    if (item.kind == Item::Kind::kGap) continue;
    if (item.tracks) gate_.OnTracks(*item.tracks);
    if (item.frame && !gate_.Passes(*item.frame)) {
      ++dropped_;
      continue;
    }
    if (item.frame && std::exchange(gap_due_, false)) AddGap();
    Add(std::move(item));
  }
}

void SendQueue::Add(Item item) {
  bytes_ += CostOf(item);
  if (item.tracks) tracks_ = item.tracks;
  item.start = item.frame && IsStart(*item.frame);
  if (item.start) ++starts_;
  if (item.start) newest_start_ = item.frame->mark->number;
  items_.push_back(std::move(item));
}

void SendQueue::AddGap() {
  Add({.kind = Item::Kind::kGap, .tracks = {}, .frame = {}});
}

/// A segment starts with the first mark of its number on video, or on audio where there is no
/// video.
bool SendQueue::IsStart(const media::Frame& frame) const {
  if (!frame.mark || !tracks_ || newest_start_ == frame.mark->number) return false;
  const media::Track* track = tracks_->Find(frame.track);
  if (track == nullptr) return false;
  return track->kind() == media::MediaKind::kVideo || !HasVideo(*tracks_);
}

}  // namespace weir::relay

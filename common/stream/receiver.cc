#include "stream/receiver.h"

#include <algorithm>
#include <utility>

namespace weir::stream {

void Receiver::Start(const Backlog::Past& past, std::shared_ptr<const media::TrackList> tracks) {
  for (const Backlog::Segment& segment : past) {
    if (segment.tracks != tracks_) Take(TracksSet{segment.tracks});
    if (segment.after_gap) Take(GapMade{});
    bool begins_segment = true;
    for (const auto& frame : segment.frames) {
      if (detached()) return;
      Take(FrameAdded{frame, std::exchange(begins_segment, false)});
    }
  }
  if (tracks && tracks != tracks_) Take(TracksSet{std::move(tracks)});
  if (!detached()) sink_->OnPresent();
}

void Receiver::On(const Event& event) {
  std::visit([this](const auto& what) { Take(what); }, event);
}

void Receiver::Take(const TracksSet& event) {
  tracks_ = event.tracks;
  std::erase_if(waiting_, [this](media::TrackId id) { return tracks_->Find(id) == nullptr; });
  if (first_number_ && !detached()) sink_->OnTracks(event.tracks);
}

void Receiver::Take(const FrameAdded& event) {
  if (detached()) return;
  if (!first_number_) {
    if (!event.begins_segment) return;
    first_number_ = event.frame->mark->number;
    for (const media::Track& track : tracks_->tracks)
      waiting_.push_back(track.id);
    sink_->OnTracks(tracks_);
  }
  if (Lets(event) && !detached()) sink_->OnFrame(event.frame);
}

bool Receiver::Lets(const FrameAdded& event) {
  if (waiting_.empty()) return true;
  const auto track = std::find(waiting_.begin(), waiting_.end(), event.frame->track);
  if (track == waiting_.end()) return true;
  if (!event.frame->mark || event.frame->mark->number < *first_number_) return false;
  waiting_.erase(track);
  return true;
}

void Receiver::Take(const GapMade&) {
  if (first_number_ && !detached()) sink_->OnGap();
}

void Receiver::Take(const Ended& event) {
  if (media::MediaSink* sink = std::exchange(sink_, nullptr)) sink->OnEnd(event.reason);
}

}  // namespace weir::stream

#include "origin/pull/republish.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace weir::pull {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr size_t kToldMax = 256;

/// Clocks of two origins differ by less than this; else the other one's is not believed.
constexpr auto kAhead = std::chrono::seconds(5);
constexpr auto kBehind = std::chrono::seconds(60);

}  // namespace

std::shared_ptr<const media::TrackList> Republish::Tracks(const media::TrackList& tracks) {
  auto plain = std::make_shared<media::TrackList>();
  plain->tracks = tracks.tracks;
  for (media::Track& track : plain->tracks)
    track.part_target = MediaTime(0);
  return plain;
}

void Republish::Frame(const media::Frame& frame, UtcTime now, media::MediaSink& to) {
  if (frame.mark) anchor_ = Anchor{.pts = frame.pts, .utc = frame.mark->utc};
  if (frame.events) {
    for (const media::Event& event : *frame.events)
      Tell(event, frame, to);
  }
  auto plain = std::make_shared<media::Frame>(frame);
  plain->events.reset();
  plain->mark.reset();
  if (anchor_) {
    const UtcTime utc = anchor_->utc + std::chrono::floor<microseconds>(frame.pts - anchor_->pts);
    if (utc > now - kBehind && utc < now + kAhead) plain->mark = media::SegmentMark{.utc = utc};
  }
  to.OnFrame(std::move(plain));
}

void Republish::Tell(const media::Event& event, const media::Frame& frame, media::MediaSink& to) {
  const bool concludes = event.kind == media::Event::Kind::kConclude;
  const EventKey key{event.kind, concludes ? 0 : event.id, event.out};
  if (std::find(told_.begin(), told_.end(), key) != told_.end()) return;
  if (told_.size() == kToldMax) told_.pop_front();
  told_.push_back(key);
  media::Event again = event;
  const bool begun_before = event.kind == media::Event::Kind::kScte35 && event.out && frame.mark &&
                            frame.mark->utc > event.start && event.start != UtcTime{};
  if (begun_before) {  // it is told at each start within the break: some of it is over
    again.duration -= std::chrono::ceil<milliseconds>(frame.mark->utc - event.start);
    if (again.duration <= milliseconds(0)) return;
  }
  to.OnEvent(std::make_shared<const media::Event>(std::move(again)));
}

void Republish::Reset() {
  anchor_.reset();
  told_.clear();
}

}  // namespace weir::pull

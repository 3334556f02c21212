#include "stream/stream.h"

#include <utility>

#include "stream/fan_out.h"

namespace weir::stream {

Stream::Stream(StreamPath path, Executor& home, BacklogLimits limits)
    : anchor_(std::make_shared<StreamRef::Anchor>(
          StreamRef::Anchor{.path = std::move(path),
                            .home = home,
                            .fan_out = std::make_unique<FanOut>(home, limits)})) {}

Stream::~Stream() {
  anchor_->fan_out->Abandon();
  anchor_->end = anchor_->fan_out->end().value_or(media::EndReason::kLost);
  anchor_->fan_out.reset();
  anchor_->way_in = nullptr;
}

void Stream::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  anchor_->fan_out->OnTracks(std::move(tracks));
}

void Stream::OnFrame(std::shared_ptr<const media::Frame> frame) {
  anchor_->fan_out->OnFrame(std::move(frame));
}

void Stream::OnGap() {
  anchor_->fan_out->OnGap();
}

void Stream::OnEnd(media::EndReason reason) {
  anchor_->fan_out->OnEnd(reason);
}

void Stream::SetWayIn(media::MediaSink* way_in) {
  anchor_->way_in = way_in;
}

const StreamPath& Stream::path() const {
  return anchor_->path;
}

StreamRef Stream::ref() const {
  return StreamRef(anchor_);
}

Stream::Stats Stream::stats() const {
  return anchor_->fan_out->stats();
}

}  // namespace weir::stream

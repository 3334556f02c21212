#include "stream/fan_out.h"

#include <algorithm>
#include <utility>

namespace weir::stream {

void FanOut::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  backlog_.OnTracks(tracks);
  Tell(TracksSet{std::move(tracks)});
}

void FanOut::OnFrame(std::shared_ptr<const media::Frame> frame) {
  if (!backlog_.tracks()) return;
  ++frames_;
  bytes_ += frame->payload.size();
  const bool begins_segment = backlog_.Add(frame);
  Tell(FrameAdded{std::move(frame), begins_segment});
}

void FanOut::OnGap() {
  backlog_.OnGap();
  Tell(GapMade{});
}

void FanOut::OnEnd(media::EndReason reason) {
  end_ = reason;
  backlog_.Clear();
  Tell(Ended{reason});
}

void FanOut::Abandon() {
  if (end_) return;
  end_ = media::EndReason::kLost;
  for (const Spoke& spoke : spokes_)
    spoke.loop->Post([hub = spoke.hub] { hub->Deliver(Ended{media::EndReason::kLost}); });
}

void FanOut::Tell(const Event& event) {
  for (const Spoke& spoke : spokes_) {
    if (spoke.loop == &home_) {
      spoke.hub->Deliver(event);
    } else {
      spoke.loop->Post([hub = spoke.hub, event] { hub->Deliver(event); });
    }
  }
}

FanOut::Spoke& FanOut::SpokeTo(Executor& loop) {
  for (Spoke& spoke : spokes_)
    if (spoke.loop == &loop) return spoke;
  return spokes_.emplace_back(Spoke{.loop = &loop, .hub = std::make_shared<Hub>()});
}

void FanOut::Run(Executor& loop, std::function<void()> task) {
  if (&loop == &home_) {
    task();
  } else {
    loop.Post(std::move(task));
  }
}

void FanOut::Attach(std::shared_ptr<Receiver> receiver, Executor& loop, StartAt start) {
  Spoke& spoke = SpokeTo(loop);
  ++spoke.receivers;
  Backlog::Past past;
  if (start.kind == StartAt::Kind::kSegmentsBack) past = backlog_.Since(start.segments);
  Run(loop, [hub = spoke.hub, receiver = std::move(receiver), past = std::move(past),
             tracks = backlog_.tracks(), end = end_] {
    receiver->Start(past, tracks);
    if (end) receiver->On(Ended{*end});
    if (!receiver->detached()) hub->Add(receiver);
  });
}

void FanOut::Detach(Executor& loop) {
  std::erase_if(spokes_,
                [&loop](Spoke& spoke) { return spoke.loop == &loop && --spoke.receivers == 0; });
}

Stream::Stats FanOut::stats() const {
  Stream::Stats stats{.frames = frames_,
                      .bytes = bytes_,
                      .backlog_bytes = backlog_.bytes(),
                      .backlog_segments = backlog_.whole_segments()};
  for (const Spoke& spoke : spokes_)
    stats.subscribers += spoke.receivers;
  return stats;
}

}  // namespace weir::stream

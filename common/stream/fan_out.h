#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "base/executor.h"
#include "media/media_sink.h"
#include "stream/backlog.h"
#include "stream/hub.h"
#include "stream/receiver.h"
#include "stream/stream.h"

namespace weir::stream {

/// The inside of a Stream: its backlog, and a hub for each loop that has subscribers.
///
/// Thread: the stream's home loop. Nothing is locked: what goes to another loop is posted there,
/// and arrives in the order posted, so a receiver that is told the past by one post and joins its
/// hub in the same gets all that follows, and nothing twice.
class FanOut {
 public:
  FanOut(Executor& home, BacklogLimits limits) : home_(home), backlog_(limits) {}

  void OnTracks(std::shared_ptr<const media::TrackList> tracks);
  void OnFrame(std::shared_ptr<const media::Frame> frame);
  void OnGap();
  void OnEnd(media::EndReason reason);

  /// As OnEnd(kLost), in a later turn, for those who were not told of an end.
  void Abandon();

  void Attach(std::shared_ptr<Receiver> receiver, Executor& loop, StartAt start);
  void Detach(Executor& loop);

  const std::optional<media::EndReason>& end() const { return end_; }

  Stream::Stats stats() const;

 private:
  struct Spoke {
    Executor* loop;
    size_t receivers = 0;
    // Shared with the posts in flight, which may outlive the stream. Touched on `loop` only.
    std::shared_ptr<Hub> hub;
  };

  Spoke& SpokeTo(Executor& loop);
  void Tell(const Event& event);
  void Run(Executor& loop, std::function<void()> task);

  Executor& home_;
  Backlog backlog_;
  std::vector<Spoke> spokes_;
  std::optional<media::EndReason> end_;
  uint64_t frames_ = 0;
  uint64_t bytes_ = 0;
};

/// What a StreamRef holds on to: the stream, as long as there is one.
struct StreamRef::Anchor {
  StreamPath path;
  Executor& home;

  // Home loop only.
  std::unique_ptr<FanOut> fan_out;  ///< Null once the stream is gone.
  media::EndReason end = media::EndReason::kLost;
  media::MediaSink* way_in = nullptr;  ///< Of events; not the stream's.
};

}  // namespace weir::stream

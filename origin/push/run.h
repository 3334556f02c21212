#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "media/media_sink.h"
#include "net/timer.h"
#include "origin/push/destination.h"
#include "origin/push/progress.h"
#include "origin/push/sender.h"
#include "origin/push/track_choice.h"
#include "service/encode_names.h"
#include "stream/registry.h"
#include "stream/stream_path.h"
#include "stream/subscription.h"

namespace weir::push {

/// What is to be pushed where.
struct Order {
  std::string id;
  stream::StreamPath stream;
  WantedTracks tracks;
  service::EncodeNames names;
  Destination destination;
  Patience patience;
};

/// What runs share; all of it outlives them.
struct RunContext {
  SenderContext sender;
  const stream::Registry& streams;
  std::function<UtcTime()> utc;
  std::function<double()> random;  ///< Evenly spread over [0, 1).
};

/// Pushes one stream to one destination, again and again: while the stream is there it is connected
/// or about to be; what fails is tried anew after a while, which grows from failure to failure and
/// is left to chance in part.
///
///   ready --stream comes--> connecting --connected--> pushing --stream ends--> ready
///                             ^  \--failed--> error <--failed--/
///                             \--a while------/
///
/// Thread: its loop. Nothing of it waits for anything.
class Run final : media::MediaSink, Sender::Owner {
 public:
  /// Called whenever something has changed, about once a second while bytes move; not after Stop.
  using OnProgress = std::function<void(const Progress& progress)>;

  /// Goes on from `before`, of an earlier run.
  Run(RunContext context, Order order, const Progress& before, OnProgress on_progress);
  ~Run() override;

  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  /// Says good-bye to the destination and is done then, or soon if it does not listen. `done` is
  /// called from a later turn, and may destroy this.
  void Stop(std::function<void()> done);

 private:
  // MediaSink
  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;
  void OnGap() override;
  void OnEnd(media::EndReason reason) override;

  // Sender::Owner
  void OnConnected() override;
  void OnEnded(const Error& reason) override;

  void OnTime();
  void Begin();
  void Connect(std::vector<media::Track> tracks);
  void FailLater(Error reason);
  void Leave();
  void Finish(Error reason);
  void Wait(Error reason);
  void Count();
  void Report();
  bool KeepsLatency() const;

  const RunContext context_;
  const Order order_;
  const std::string subject_;  // for log lines
  OnProgress on_progress_;
  Progress progress_;
  Progress before_;  // totals when the attempt began
  Backoff backoff_;
  Clock::time_point connected_at_;
  std::string told_reason_;  // to the log

  stream::StreamRef stream_;
  std::unique_ptr<stream::Subscription> subscription_;
  std::unique_ptr<Sender> sender_;
  bool connected_ = false;
  bool leaving_ = false;
  std::optional<Error> failure_;  // to be told from a later turn
  std::function<void()> stopped_;
  net::Timer timer_;
};

}  // namespace weir::push

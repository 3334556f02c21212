#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/executor.h"
#include "edge/pull/failback_probe.h"
#include "edge/pull/puller.h"
#include "protocols/relay/origin_channel.h"
#include "protocols/relay/splice.h"
#include "stream/registry.h"
#include "stream/stream.h"

namespace weir::edge {

/// One stream and the one origin at a time it comes from. Sans-IO: its host opens channels and
/// tells the time.
///
///     kTrying --tracks--> kLive --ends, or falls silent--> kWaiting --in a moment--> kTrying
///        |                  '--concluded--> kOver --unused--> kGone
///        |--ends, or nothing comes--> kWaiting
///        '--no URL has it, and none ever had, or it is stopped--> kGone
///
/// The stream itself is made with the first tracks and lasts until kGone. Askers get it once it has
/// come to the present: in the middle of its backlog it would be taken for what it was a while ago.
/// What an origin says of an end is not passed on to it but for kConcluded, since another origin or
/// run may follow.
///
/// Thread: the stream's loop.
class PulledStream final : public relay::ChannelSink {
 public:
  /// Its surroundings, which outlive it.
  class Host {
   public:
    virtual ~Host() = default;

    virtual Clock::time_point now() const = 0;

    /// Call OnAlarm() at `due`, from a turn of its own; instead of any time set before.
    virtual void SetAlarm(Clock::time_point due) = 0;

    /// Evenly spread over [0, 1).
    virtual double Random() = 0;

    /// The stream has come to the present: askers can be answered. Called once for each stream.
    virtual void OnLive(const stream::StreamRef& stream) = 0;

    /// There will be no stream: gone() from now on.
    virtual void OnFailed(const Error& reason) = 0;
  };

  /// What all streams of a loop share.
  struct Context {
    Executor& home;
    relay::OriginLinks& links;
    stream::Registry& registry;
    const PullerOptions& options;
    PullObserver& observer;
  };

  /// How often viewers are counted for the origin.
  static constexpr Clock::duration kUsageEvery = std::chrono::seconds(2);

  /// The longest that a new stream's backlog is waited for, also at an origin that does not say
  /// where it ends.
  static constexpr Clock::duration kBacklogPatience = std::chrono::seconds(3);

  PulledStream(stream::StreamPath path, PullPlan plan, const Context& context, Host& host);
  ~PulledStream() override;

  PulledStream(const PulledStream&) = delete;
  PulledStream& operator=(const PulledStream&) = delete;

  /// Somebody wants it.
  void Touch() { last_used_ = host_.now(); }

  /// To be called when the alarm is due. It may be gone() afterwards.
  void OnAlarm();

  /// Let go of: to be destroyed from outside of all its calls.
  bool gone() const { return phase_ == Phase::kGone; }

  /// An empty ref before it has come to the present for the first time.
  stream::StreamRef ref() const { return live_ ? stream_->ref() : stream::StreamRef(); }

  // relay::ChannelSink
  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;
  void OnPresent() override;
  void OnGap() override;
  void OnEnd(media::EndReason reason) override;
  void OnControl(const relay::ControlMessage& message) override;

  const stream::StreamPath* watched_as() const override { return &path_; }

 private:
  enum class Phase { kTrying, kLive, kWaiting, kOver, kGone };

  void Try();
  relay::ChannelRequest Request(const service::OriginUrl& url) const;
  Status MakeStream();
  void TakeTracks(std::shared_ptr<const media::TrackList> tracks);
  bool WouldHoldBack(const media::TrackList& tracks) const;
  void TellLive();
  void Stop();
  void GoOn(media::EndReason reason);
  void Wait(Clock::duration delay);
  void CheckInput();
  void CheckFailback();
  void CheckUse();
  void Release();
  void Fail(const Error& reason);
  Clock::time_point NextAlarm() const;

  const service::OriginUrl& url() const { return plan_.urls[index_]; }

  const stream::StreamPath path_;
  const PullPlan plan_;
  Context context_;
  Host& host_;

  Phase phase_ = Phase::kWaiting;
  size_t index_ = 0;      ///< Of the URL in use, or to be tried next.
  size_t tried_ = 0;      ///< URLs of this round that did not do.
  size_t denied_ = 0;     ///< Of those, who said that there is no such stream.
  bool afresh_ = false;   ///< The next request takes the backlog whatever its numbers.
  bool present_ = false;  ///< `channel_` has come to the present.
  bool live_ = false;     ///< The host knows the stream.
  Backoff backoff_;
  Clock::time_point due_;          ///< End of kTrying and of kWaiting.
  Clock::time_point backlog_due_;  ///< Until live_.
  Clock::time_point last_input_;   ///< In kLive.
  Clock::time_point last_used_;
  Clock::time_point usage_due_;
  int64_t bytes_out_ = 0;  ///< As of the last count.

  std::unique_ptr<stream::Stream> stream_;
  std::shared_ptr<const media::TrackList> tracks_;
  relay::Splice splice_;
  std::optional<FailbackProbe> probe_;
  Clock::time_point probe_due_;
  std::unique_ptr<relay::OriginChannel> channel_;  // last, so that its calls stop first
};

}  // namespace weir::edge

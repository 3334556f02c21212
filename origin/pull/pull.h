#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/result.h"
#include "origin/pull/republish.h"
#include "origin/pull/spec.h"
#include "protocols/relay/messages/stats.h"
#include "protocols/relay/origin_channel.h"
#include "protocols/relay/splice.h"
#include "service/publish_gate.h"
#include "stream/stream_path.h"

namespace weir::pull {

/// One stream pulled from other origins, and published here like any other. Sans-IO: its host opens
/// channels and tells the time.
///
///     kTrying --tracks--> kLive --ends, or falls silent--> kWaiting --in a moment--> kTrying
///        '--ends, or nothing comes--> kWaiting                 '--all tries failed--> kOver
///
/// The publication is opened with the first tracks, so that a name is taken by what is there, and
/// stays while other URLs are tried. It ends for good, and the pull with it, when all URLs failed
/// as often as the plan says, when nobody took the stream for long enough (neither if it is
/// persistent), when the server or the other origin's operator stops it. A persistent one begins
/// anew after the latter.
///
/// After an interruption the same run of the other origin is joined without a seam; any other goes
/// on with its next segment, as after a jump of an encoder's clock. The other origin is asked for
/// the virtual host that is called as ours.
///
/// A circle of origins that pull from each other yields no frames, so tries in it have failed; a
/// stream that comes from itself is noticed at once, by its run.
///
/// Thread: its loop.
class Pull final : public relay::ChannelSink {
 public:
  /// Its surroundings, which outlive it.
  class Host {
   public:
    virtual ~Host() = default;

    virtual Clock::time_point now() const = 0;
    virtual UtcTime utc() const = 0;

    /// Call OnAlarm() at `due`, from a turn of its own; instead of any time set before.
    virtual void SetAlarm(Clock::time_point due) = 0;

    /// Evenly spread over [0, 1).
    virtual double Random() = 0;

    /// How many take the stream from here: edges, pushes, recordings.
    virtual size_t Takers() = 0;

    /// Who watches it behind this origin, for the other one to know.
    virtual relay::StreamStats Audience() = 0;

    /// The run the stream has here; empty: none.
    virtual std::string OwnRun() = 0;

    /// It works: tracks have come, and the name is its own. Told once.
    virtual void OnLive() = 0;

    /// Told once, and the last call; to be destroyed from a turn of its own.
    virtual void OnOver(const Error& reason) = 0;
  };

  /// How often viewers are counted for the other origin.
  static constexpr Clock::duration kUsageEvery = std::chrono::seconds(2);
  /// What never worked is given up after this long, whatever the plan: somebody waits.
  static constexpr Clock::duration kFirstPatience = std::chrono::seconds(15);

  Pull(stream::StreamPath path, Plan plan, relay::OriginLinks& links, service::PublishGate& gate,
       Host& host);
  ~Pull() override;

  Pull(const Pull&) = delete;
  Pull& operator=(const Pull&) = delete;

  /// To be called when the alarm is due.
  void OnAlarm();

  /// By order: whoever watches is let go of. No more calls of the host.
  void End();

  // ChannelSink
  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;
  void OnGap() override;
  void OnEnd(media::EndReason reason) override;
  void OnControl(const relay::ControlMessage& message) override;

 private:
  enum class Phase { kTrying, kLive, kWaiting, kOver };

  void Try();
  relay::ChannelRequest Request() const;
  bool IsAnotherRun(const media::TrackList& tracks) const;
  void Join();
  void Open();
  void OnOpened(Result<std::unique_ptr<service::Publication>> publication);
  void GoOn(media::EndReason reason);
  void BeginAnew(media::EndReason reason);
  void Wait(Clock::duration delay);
  void CheckUse();
  void CloseStream(media::EndReason reason);
  void Over(media::EndReason reason, Error why);
  Clock::time_point NextAlarm() const;

  const service::OriginUrl& url() const { return plan_.urls[index_]; }

  /// Whether failures cannot end it.
  bool stays() const { return plan_.persistent && worked_; }

  const stream::StreamPath path_;
  const Plan plan_;
  relay::OriginLinks& links_;
  service::PublishGate& gate_;
  Host& host_;

  Phase phase_ = Phase::kWaiting;
  bool worked_;
  size_t index_ = 0;           ///< Of the URL in use, or to be tried next.
  int64_t failed_ = 0;         ///< Tries since the last frame.
  bool flowing_ = false;       ///< Frames have come over this channel.
  bool afresh_ = false;        ///< The next request goes on with the next segment of whatever run.
  Clock::duration segment_{};  ///< How long that may take to come.
  Backoff backoff_;
  Clock::time_point due_;        ///< End of kTrying and of kWaiting.
  Clock::time_point input_due_;  ///< In kLive: without a frame by then it has failed.
  Clock::time_point last_used_;
  Clock::time_point usage_due_;
  Clock::time_point give_up_;  ///< Until it has worked.

  std::shared_ptr<const media::TrackList> tracks_;  ///< The newest; null before any.
  relay::Splice splice_;
  Republish republish_;
  bool opening_ = false;  ///< The gate has not answered yet.
  std::unique_ptr<service::Publication> publication_;
  std::shared_ptr<const bool> alive_;  ///< The gate's answer may come later than the end.
  std::unique_ptr<relay::OriginChannel> channel_;  // last, so that its calls stop first
};

}  // namespace weir::pull

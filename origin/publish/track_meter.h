#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "media/media_sink.h"

namespace weir::origin {

/// How one track has come until now.
struct TrackFigures {
  media::TrackId id = 0;
  uint64_t frames = 0;
  uint64_t bytes = 0;
  uint64_t key_frames = 0;
  MediaTime begin{0};  ///< dts of the first frame.
  MediaTime end{0};    ///< Where the newest frame ends.
  // Over the last second of the clock that was looked at.
  int64_t bitrate_latest = 0;  ///< Bits per second.
  double framerate_latest = 0;
  /// Frames between the last two key frames; 0 before there were two.
  uint64_t key_interval_latest = 0;
  uint64_t frames_since_key = 0;
  bool has_b_frames = false;
  uint32_t width_max = 0;  ///< The largest picture seen.
  uint32_t height_max = 0;

  /// Over all of it; 0 before there is any.
  int64_t bitrate_average() const;
  double framerate_average() const;
  double key_interval_average() const;
};

/// Counts the frames that pass through it on their way to `next`.
///
/// Thread: one loop.
class TrackMeter final : public media::MediaSink {
 public:
  /// `next` outlives it.
  explicit TrackMeter(media::MediaSink& next) : next_(next) {}

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;

  void OnGap() override { next_.OnGap(); }

  void OnEnd(media::EndReason reason) override { next_.OnEnd(reason); }

  /// As of now: to be asked about once a second, since the latest rates are from the last time on.
  const std::vector<TrackFigures>& Look(Clock::time_point now);

  const std::shared_ptr<const media::TrackList>& tracks() const { return tracks_; }

 private:
  struct Mark {
    uint64_t frames = 0;
    uint64_t bytes = 0;
  };

  media::MediaSink& next_;
  std::shared_ptr<const media::TrackList> tracks_;
  std::vector<TrackFigures> figures_;  // one per track, in the order of tracks_
  std::vector<Mark> marks_;            // those of figures_ when they were looked at
  Clock::time_point looked_{};
};

}  // namespace weir::origin

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stream/ingest/quiet_log.h"
#include "stream/ingest/stage.h"
#include "stream/ingest/track_clock.h"
#include "stream/ingest_pipeline.h"

namespace weir::stream {

/// Turns wire times into exact ones, from zero on and without breaks, and knows every frame's
/// duration before it passes the frame on.
///
/// Tracks keep the relation they have on the wire. When timestamps jump, the track goes on where it
/// was expected, and the next track that makes about the same jump is moved by exactly as much, so
/// that sound and picture stay together.
///
/// Frames of a track without a constant pace are held until the next one tells how long they last,
/// or another track is a second further.
class Retimer final : public IngestStage {
 public:
  Retimer(const StreamPath& path, IngestPipeline::Stats& stats, IngestStage& next);

  void OnTracks(IngestTracks tracks) override;
  void OnFrame(ArrivedFrame arrived) override;
  void OnEnd(media::EndReason reason) override;

 private:
  struct Timed {
    TrackClock clock;
    std::optional<ArrivedFrame> held;
    uint64_t jump = 0;  ///< The last one it took part in.
  };

  /// The last jump of any track.
  struct Jump {
    uint64_t number = 0;
    MediaTime delta{0};
    MediaTime at{0};  ///< On the timeline.
  };

  Timed* Find(media::TrackId id);
  bool Start(Timed& timed, const ArrivedFrame& arrived);
  std::optional<TrackClock::Place> PlaceOf(Timed& timed, const ArrivedFrame& arrived);
  std::optional<TrackClock::Place> PlaceEarly(Timed& timed, MediaTime wire);
  TrackClock::Place PlaceAfterJump(Timed& timed, const ArrivedFrame& arrived);
  MediaTime JumpDelta(Timed& timed, const ArrivedFrame& arrived);
  bool AnotherIsNear(const Timed& timed, MediaTime time) const;
  void PassOn(Timed& timed, ArrivedFrame arrived, MediaTime length);
  void ReleaseHeld(Timed& timed, MediaTime duration);
  void ReleaseOverdue(MediaTime now);

  IngestPipeline::Stats& stats_;
  IngestStage& next_;
  QuietLog jumps_log_;
  std::vector<Timed> tracks_;
  std::optional<MediaTime> zero_;  ///< Wire time of the first frame.
  MediaTime floor_{0};             ///< A track that begins does so here, or later.
  Jump jump_;
};

}  // namespace weir::stream

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stream/ingest/pace.h"
#include "stream/ingest/pace_watch.h"
#include "stream/ingest/quiet_log.h"
#include "stream/ingest/stage.h"
#include "stream/ingest_pipeline.h"

namespace weir::stream {

/// Learns what the protocol could not tell: holds the first frames back, from the first key frame
/// to the second (within bounds), and then passes on complete tracks and all that it held.
///
///   kWaiting --key frame--> kHolding --pace and key distance known, or a bound--> kPassing
///
/// With video, whatever comes before the first key frame is dropped. New tracks are taken over
/// without holding where what was learnt still holds for them; otherwise all begins again.
class Probe final : public IngestStage {
 public:
  Probe(const IngestOptions& options, const StreamPath& path, IngestPipeline::Stats& stats,
        IngestStage& next);

  void OnTracks(IngestTracks tracks) override;
  void OnFrame(ArrivedFrame arrived) override;

  /// Video goes on with its next key frame.
  void OnGap();

  void OnEnd(media::EndReason reason) override;

 private:
  enum class State { kWaiting, kHolding, kPassing };

  /// What is known of one track.
  struct Watched {
    explicit Watched(media::Track track) : declared(std::move(track)) {}

    media::Track declared;
    PaceTimes times;
    bool needs_key = false;
    std::optional<MediaTime> last_dts;
    MediaTime span{0};  ///< From its first frame, breaks left out.
    size_t frames = 0;
    size_t bytes = 0;
    std::optional<MediaTime> key_distance;  ///< Span up to the second key frame.
    size_t key_distance_frames = 0;
  };

  Watched* Find(media::TrackId id);
  Watched* Main();
  bool main_is_video();
  void Restart(const media::TrackList& list);
  bool CanTakeOver(const media::TrackList& list) const;
  bool OnlyAddsTo(const media::TrackList& list) const;
  void TakeOver(const media::TrackList& list);
  void Wait(const Watched& watched, ArrivedFrame arrived);
  void Hold(Watched& watched, ArrivedFrame arrived);
  void Note(Watched& watched, const media::Frame& frame) const;
  bool KnowsEnough();
  bool IsFull(UtcTime now);
  void Release();
  media::Track Complete(const Watched& watched) const;
  void WatchPace(const ArrivedFrame& arrived);

  void Drop(size_t frames = 1) { stats_.frames_unplayable += frames; }

  const IngestOptions& options_;
  const std::string subject_;
  IngestPipeline::Stats& stats_;
  IngestStage& next_;

  State state_ = State::kWaiting;
  std::vector<Watched> tracks_;
  std::optional<media::TrackId> main_;
  std::deque<ArrivedFrame> held_;
  size_t held_bytes_ = 0;
  IngestTracks announced_;
  PaceWatch pace_watch_;

  std::optional<UtcTime> waiting_since_;
  bool told_no_key_ = false;
};

}  // namespace weir::stream

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "media/media_sink.h"
#include "media/playlist_plan.h"
#include "stream/run_ledger.h"
#include "stream/stream_path.h"

namespace weir::stream {

/// How a publication is cut, and how long it may be looked at first.
struct IngestOptions {
  MediaTime segment_duration = std::chrono::seconds(6);
  MediaTime part_duration = std::chrono::milliseconds(500);  ///< ChunkDuration.
  int segment_count = 10;
  MediaTime part_hold_back{0};  ///< For media::Run, as is this:
  bool preload_hint = true;
  std::vector<media::PlaylistPlan> playlists{};
  /// What is held at the start, at most, until pace and key frame distance are known.
  size_t probe_bytes = size_t{64} << 20;
  MediaTime probe_duration = std::chrono::seconds(20);
};

/// What the pipeline needs from the outside, so that it reads no clock and no dice itself.
struct IngestContext {
  std::function<UtcTime()> utc;
  std::function<uint64_t()> random;  ///< For run ids.
  RunLedger& ledger;                 ///< Outlives the pipeline.
};

/// All that lies between an ingest protocol and its Stream: takes raw frames with unwrapped wire
/// timestamps, and passes on frames with exact times, within runs, with marks.
///
/// Probe -> Retimer -> Timeline. The probe holds the first frames back until it knows the pace and
/// the key frame distance, and completes the tracks; the retimer makes exact, unbroken times of
/// millisecond ones; the timeline decides run, numbers and marks. Bad input ends nothing: it is
/// dropped or re-timed, counted, and told to the log now and then.
///
/// The same frames at the same times make the same result. Thread: one loop.
class IngestPipeline final : public media::MediaSink {
 public:
  struct Stats {
    uint64_t frames_in = 0;
    uint64_t bytes_in = 0;  ///< Payload.
    uint64_t frames_out = 0;
    uint64_t frames_unplayable = 0;  ///< Dropped: empty, of no track, of no sane time, or before a
                                     ///< key frame.
    uint64_t frames_untimely = 0;    ///< Dropped: no place for them on the timeline.
    uint64_t frames_retimed = 0;     ///< Moved by more than rounding.
    uint64_t jumps = 0;              ///< Timestamps that jumped, and were made continuous.
    uint64_t marks_forced = 0;       ///< Segments begun without a key frame.
    uint64_t events_dropped = 0;     ///< Timed data that there was no place for.
    uint64_t runs = 0;
  };

  /// `next` outlives the pipeline: the Stream, as a rule.
  IngestPipeline(IngestOptions options, IngestContext context, StreamPath path,
                 media::MediaSink& next);
  ~IngestPipeline() override;

  IngestPipeline(const IngestPipeline&) = delete;
  IngestPipeline& operator=(const IngestPipeline&) = delete;

  /// As the protocol knows them: `run`, part_target and, where unknown, frame_duration and bitrate
  /// are left to the pipeline. The same list again changes nothing.
  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;

  /// dts, pts, key, track and payload as they came; duration is ignored. It came in now, or where
  /// it has a mark, at that one's `utc`: when somebody else took in what is relayed here.
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;

  /// Goes with the next frames that leave the pipeline.
  void OnEvent(std::shared_ptr<const media::Event> event) override;

  /// Frames are missing here: video goes on with its next key frame.
  void OnGap() override;

  /// Passes on what is held, then the end.
  void OnEnd(media::EndReason reason) override;

  const Stats& stats() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::stream

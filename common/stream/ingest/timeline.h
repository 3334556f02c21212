#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "stream/ingest/event_places.h"
#include "stream/ingest/quiet_log.h"
#include "stream/ingest/run_plan.h"
#include "stream/ingest/stage.h"
#include "stream/ingest/wall_anchor.h"
#include "stream/ingest_pipeline.h"

namespace weir::stream {

/// Decides runs, segment numbers and marks: the last stage.
///
/// The main track (the first video, else the first audio) begins a segment with the first key frame
/// at or after the segment duration, or, before the segment grows longer than the target duration
/// allows, with any frame. Every other track follows with its first (key) frame that comes after
/// the main track's mark and starts at or after it, with the same number.
///
/// New tracks open a new run, at the main track's next key frame. Until then tracks that did not
/// change go on in the old run, and frames of those that did are dropped.
///
/// When the main track stalls, the others go on to the end of the longest segment there may be;
/// what comes after that is dropped until the main track is back.
///
/// A break that is asked for (EventPlaces) begins and ends a segment too, at its start whatever the
/// main track's frame is, so that no rendition shows more of it than the others. Where that was no
/// key frame the next one begins a segment again.
class Timeline final : public IngestStage {
 public:
  Timeline(const IngestOptions& options, const IngestContext& context, StreamPath path,
           IngestPipeline::Stats& stats, media::MediaSink& next);

  void OnTracks(IngestTracks tracks) override;
  void OnFrame(ArrivedFrame arrived) override;
  void OnEnd(media::EndReason reason) override;

  /// For the frames that are passed on next.
  void OnEvent(const media::Event& event) { events_.OnEvent(event, context_.utc()); }

 private:
  /// A mark of the main track that another track has still to follow.
  struct Boundary {
    int64_t number = 0;
    MediaTime at{0};            ///< Of the frame, when it is shown.
    media::EventList events{};  ///< That go with it.
  };

  /// A track in the open run.
  struct Marked {
    media::Track track;
    bool main = false;
    bool started = false;
    bool unaligned = false;  ///< The segment began between key frames: it ends with the next.
    MediaTime segment_start{0};
    std::deque<Boundary> due;
  };

  Marked* Find(media::TrackId id);
  bool Opens(const media::Frame& frame) const;
  bool Changes(const Marked& marked) const;
  void OpenRun(const ArrivedFrame& arrived);
  void AddPlaylist(const media::PlaylistPlan& plan, media::TrackList& list) const;
  void PlaceMain(Marked& marked, ArrivedFrame arrived);
  void PlaceOther(Marked& marked, ArrivedFrame arrived);
  bool BeginsSegment(const Marked& marked, const ArrivedFrame& arrived);
  media::EventList Begin(Marked& marked, ArrivedFrame& arrived);
  void SetMark(Marked& marked, media::Frame& frame, int64_t number);
  int64_t ClockNumber(MediaTime time) const;
  void PassOn(media::Frame frame, media::EventList events);

  void Drop() { ++stats_.frames_untimely; }

  const IngestOptions& options_;
  const IngestContext& context_;
  const StreamPath path_;
  IngestPipeline::Stats& stats_;
  media::MediaSink& next_;

  std::optional<IngestTracks> coming_;  ///< Of the run to open next.
  std::vector<Marked> tracks_;          ///< Of the open run; empty before the first.
  RunPlan plan_;
  int64_t number_ = 0;  ///< Of the main track's open segment.
  WallAnchor anchor_;
  EventPlaces events_;
  QuietLog forced_log_;
  QuietLog stall_log_;
};

}  // namespace weir::stream

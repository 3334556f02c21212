#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "media/event.h"
#include "media/frame.h"
#include "media/track.h"
#include "stream/ingest/break_plan.h"
#include "stream/ingest/quiet_log.h"

namespace weir::stream {

/// Finds the frames that timed data goes with (media::Event): the Timeline's helper.
///
/// What is asked for too fast, or cannot be, is dropped, counted, and told to the log.
class EventPlaces {
 public:
  /// `subject` is for log lines; `dropped` is counted up, and outlives it.
  EventPlaces(std::string subject, uint64_t& dropped)
      : dropped_log_(std::move(subject)), dropped_(dropped) {}

  /// `arrival` is now.
  void OnEvent(const media::Event& event, UtcTime arrival);

  /// A run begins: `gap` is the least between two borders of a break.
  void OnRun(const media::TrackList& tracks, media::TrackId main, MediaTime gap);

  /// Whether a break begins or ends with this frame of the main track.
  bool IsBorder(const media::Frame& frame) const;

  /// What goes with the first frame of each track's segment, of which `frame` is the main one's.
  media::EventList OnSegment(const media::Frame& frame, UtcTime utc);

  /// Gives `frame`, which is about to be passed on, what waits for its track, behind `first`.
  void Attach(media::Frame& frame, media::EventList first);

 private:
  struct Waiting {
    media::CodecId codec = media::CodecId::kH264;
    media::EventList events;
  };

  void Place(const media::Event& event);
  void Wait(Waiting& track, const media::Event& event);
  void Border(BreakPlan& plan, const media::Frame& frame, UtcTime utc, media::EventList& events);
  void AskBreak(BreakPlan& plan, const media::Event& event);
  void Drop(const media::Event& event, std::string_view why);

  QuietLog dropped_log_;
  uint64_t& dropped_;
  std::map<media::TrackId, Waiting> tracks_;  ///< Of the run; empty before the first.
  media::EventList early_;                    ///< Before the first run.
  media::TrackId main_ = 0;
  MediaTime gap_{0};
  MediaTime now_{0};   ///< Of the newest frame of the main track.
  UtcTime arrival_{};  ///< Of the newest event.
  BreakPlan cues_;
  BreakPlan splices_;
  bool concluded_ = false;
  uint32_t next_id_ = 0;
};

}  // namespace weir::stream

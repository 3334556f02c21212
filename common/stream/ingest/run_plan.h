#pragma once

#include <chrono>

#include "media/track.h"
#include "stream/ingest/stage.h"
#include "stream/ingest_pipeline.h"

namespace weir::stream {

/// What holds for a whole run, from what was learnt before it.
struct RunPlan {
  /// No segment of the main track is longer: before that it is cut without a key frame. A little
  /// less than what rounds to the target duration, since audio segments end a little later.
  MediaTime main_length_max{0};
  /// Nor one of another track.
  MediaTime other_length_max{0};
  std::chrono::seconds target_duration{0};
};

/// Segments are as long as the fewest whole key frame distances that reach the configured length.
RunPlan PlanRun(const IngestOptions& options, const IngestTracks& tracks);

/// The configured part duration, as the least whole number of frames that reaches it but for a
/// tenth of a frame. With fewer, the parts that make up a segment would leave a stub of it: one
/// more part, which every viewer asks for.
MediaTime PartTargetOf(const media::Track& track, MediaTime part_duration);

/// How far a key frame may fall short of the segment duration, by rounding, and still do.
MediaTime MarkTolerance(const media::Track& track);

}  // namespace weir::stream

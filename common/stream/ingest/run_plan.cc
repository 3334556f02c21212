#include "stream/ingest/run_plan.h"

#include <algorithm>

namespace weir::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MediaTime kHalfSecond = milliseconds(500);
/// Kept free below the length that would round up.
constexpr MediaTime kSlack = milliseconds(100);

MediaTime RoundedUp(MediaTime time, MediaTime unit) {
  return unit <= MediaTime(0) ? time : (time + unit - MediaTime(1)) / unit * unit;
}

/// Of usual segments.
MediaTime SegmentLength(const IngestOptions& options, const IngestTracks& tracks,
                        const media::Track& main) {
  if (main.kind() == media::MediaKind::kVideo && tracks.key_distance > MediaTime(0))
    return RoundedUp(options.segment_duration - MarkTolerance(main), tracks.key_distance);
  return RoundedUp(options.segment_duration, main.frame_duration);
}

}  // namespace

RunPlan PlanRun(const IngestOptions& options, const IngestTracks& tracks) {
  const media::Track& main = *tracks.list.Find(*MainTrackOf(tracks.list));
  const MediaTime length = SegmentLength(options, tracks, main);
  RunPlan plan;
  plan.target_duration =
      std::max(std::chrono::floor<seconds>(length + kSlack + kHalfSecond), seconds(1));
  plan.other_length_max = plan.target_duration + kHalfSecond - MediaTime(1);
  plan.main_length_max = plan.target_duration + kHalfSecond - kSlack;
  return plan;
}

MediaTime PartTargetOf(const media::Track& track, MediaTime part_duration) {
  const MediaTime frame = track.frame_duration;
  if (frame <= MediaTime(0)) return part_duration;
  const MediaTime target = frame * std::max<int64_t>((part_duration + frame * 9 / 10) / frame, 1);
  // Frames on the 90 kHz grid may add up to one tick more than their exact lengths do.
  const uint32_t rate = track.timescale();
  return IsExactRate(rate) ? RoundedUp(target, FromTicks(1, rate)) : target;
}

MediaTime MarkTolerance(const media::Track& track) {
  constexpr MediaTime kVariable = milliseconds(10);
  return track.frame_duration > MediaTime(0) ? track.frame_duration / 2 : kVariable;
}

}  // namespace weir::stream

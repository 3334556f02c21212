#include "stream/ingest/track_clock.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace weir::stream {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MediaTime kAudioTolerance = milliseconds(40);
/// At 120 frames a second half a frame is less than the jitter that is common.
constexpr MediaTime kVideoToleranceMin = milliseconds(6);
constexpr MediaTime kGapMax = seconds(3);
/// Wire times that step back further than this have jumped.
constexpr MediaTime kStepBackMax = milliseconds(300);
constexpr MediaTime kEarlyMax = seconds(2);
/// Between two video frames, at least.
constexpr MediaTime kStepMin = milliseconds(1);
constexpr MediaTime kSnap = milliseconds(2);
/// Reordering of pictures by more is an error.
constexpr MediaTime kPtsOffsetMax = seconds(5);
/// For tracks of no constant pace, as long as nothing better is known.
constexpr MediaTime kVideoGuess = milliseconds(33);
constexpr MediaTime kAudioGuess = milliseconds(20);

}  // namespace

void TrackClock::Set(const media::Track& track) {
  track_ = track;
  const uint32_t rate = track.timescale();
  grid_ = IsExactRate(rate) ? FromTicks(1, rate) : MediaTime(1);
  if (is_constant()) {
    step_ = track.frame_duration;
  } else if (!last_) {
    step_ = is_audio() ? kAudioGuess : kVideoGuess;
  }
}

MediaTime TrackClock::OnGrid(MediaTime time) const {
  const int64_t grid = grid_.count();
  const int64_t doubled = time.count() * 2 + grid;  // Times stay far below half of the range.
  const int64_t whole = doubled / (grid * 2) - (doubled % (grid * 2) < 0 ? 1 : 0);
  return MediaTime(whole * grid);
}

MediaTime TrackClock::tolerance() const {
  if (is_audio()) return kAudioTolerance;
  return is_constant() ? std::max(step_ / 2, kVideoToleranceMin) : MediaTime(0);
}

TrackClock::Verdict TrackClock::Judge(MediaTime wire) const {
  const MediaTime off = MappedOf(wire) - expected();
  if (abs(off) <= tolerance()) return Verdict::kOnTime;
  if (off > kGapMax) return Verdict::kForward;
  if (off > MediaTime(0)) return Verdict::kGap;
  const bool stepped_back = wire - wire_ < -kStepBackMax;
  return stepped_back || off < -kEarlyMax ? Verdict::kBackward : Verdict::kEarly;
}

TrackClock::Place TrackClock::Expected() const {
  return {.dts = OnGrid(expected()), .lattice = expected()};
}

TrackClock::Place TrackClock::OnWire(MediaTime wire) const {
  const MediaTime mapped = MappedOf(wire);
  if (last_ && is_constant()) {
    // Whole frames are missing, as a rule: what follows keeps to the lattice.
    const MediaTime step = step_;
    const MediaTime point = expected() + step * ((mapped - expected() + step / 2) / step);
    if (abs(point - mapped) <= std::min<MediaTime>(step / 4, milliseconds(5)))
      return {.dts = OnGrid(point), .lattice = point};
  }
  return {.dts = OnGrid(mapped), .lattice = OnGrid(mapped)};
}

TrackClock::Place TrackClock::Soonest(MediaTime wire) const {
  const MediaTime soonest = std::max(OnGrid(MappedOf(wire)), OnGrid(last_->dts + kStepMin));
  return {.dts = soonest, .lattice = soonest};
}

void TrackClock::Put(MediaTime wire, Place place, MediaTime length) {
  if (length > MediaTime(0)) {
    step_ = length;
  } else if (is_constant()) {
    step_ = track_.frame_duration;
  } else if (last_) {
    step_ = std::clamp<MediaTime>(place.dts - last_->dts, kStepMin, seconds(1));
  }
  last_ = place;
  wire_ = wire;
}

MediaTime TrackClock::PtsFor(MediaTime offset) const {
  if (is_audio() || offset <= MediaTime(0) || offset > kPtsOffsetMax) return last_->dts;
  if (is_constant()) {
    const MediaTime frame = track_.frame_duration;
    const MediaTime snapped = frame * ((offset + frame / 2) / frame);
    if (abs(offset - snapped) <= kSnap) return OnGrid(last_->lattice + snapped);
  }
  return std::max(OnGrid(last_->lattice + offset), last_->dts);
}

}  // namespace weir::stream

#include "stream/ingest/retimer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "media/opus/packet.h"

namespace weir::stream {
namespace {

using std::chrono::seconds;

constexpr MediaTime kNear = seconds(3);
constexpr MediaTime kSameJump = seconds(2);
constexpr MediaTime kSameTime = seconds(10);
constexpr MediaTime kHoldMax = seconds(1);

/// What a frame says of its own length; zero: nothing.
MediaTime LengthOf(const media::Track& track, const media::Frame& frame) {
  if (track.codec != media::CodecId::kOpus) return MediaTime(0);
  return media::opus::PacketDuration(frame.payload.view()).value_or(MediaTime(0));
}

}  // namespace

Retimer::Retimer(const StreamPath& path, IngestPipeline::Stats& stats, IngestStage& next)
    : stats_(stats), next_(next), jumps_log_(path.text()) {}

Retimer::Timed* Retimer::Find(media::TrackId id) {
  for (Timed& timed : tracks_)
    if (timed.clock.track().id == id) return &timed;
  return nullptr;
}

void Retimer::OnTracks(IngestTracks tracks) {
  for (Timed& timed : tracks_) {
    if (timed.held) ReleaseHeld(timed, timed.clock.usual_duration());
    if (timed.clock.started()) floor_ = std::max(floor_, timed.clock.expected());
  }
  std::vector<Timed> kept;
  for (const media::Track& track : tracks.list.tracks) {
    Timed* known = Find(track.id);
    if (known != nullptr && known->clock.track().kind() == track.kind()) {
      kept.push_back(std::move(*known));
      kept.back().clock.Set(track);
    } else {
      kept.push_back({.clock = TrackClock(track), .held = {}, .jump = jump_.number});
    }
  }
  tracks_ = std::move(kept);
  next_.OnTracks(std::move(tracks));
}

void Retimer::OnFrame(ArrivedFrame arrived) {
  Timed* timed = Find(arrived.frame.track);
  const MediaTime wire = arrived.frame.dts;
  if (timed == nullptr) {
    ++stats_.frames_untimely;
    return;
  }
  std::optional<TrackClock::Place> place;
  if (timed->clock.started()) {
    place = PlaceOf(*timed, arrived);
  } else if (Start(*timed, arrived)) {
    place = timed->clock.OnWire(wire);
  }
  if (!place) {
    ++stats_.frames_untimely;
    return;
  }
  const MediaTime length = LengthOf(timed->clock.track(), arrived.frame);
  if (timed->held) ReleaseHeld(*timed, place->dts - timed->clock.last_dts());
  timed->clock.Put(wire, *place, length);
  arrived.frame.pts = timed->clock.PtsFor(arrived.frame.pts - wire);
  arrived.frame.dts = place->dts;
  PassOn(*timed, std::move(arrived), length);
}

/// The first frame of a track. False: it lies before what the stream has had.
bool Retimer::Start(Timed& timed, const ArrivedFrame& arrived) {
  const MediaTime wire = arrived.frame.dts;
  if (!zero_) zero_ = wire;
  MediaTime offset = -*zero_;
  MediaTime now = floor_;
  for (const Timed& other : tracks_) {
    if (!other.clock.started()) continue;
    offset = other.clock.offset();
    now = std::max(now, other.clock.last_dts());
  }
  if (abs(wire + offset - now) > kNear) {
    // Its times have nothing to do with the others': it starts where they are.
    ++stats_.jumps;
    offset = now - wire;
  }
  timed.clock.set_offset(offset);
  return wire + offset >= floor_;
}

std::optional<TrackClock::Place> Retimer::PlaceOf(Timed& timed, const ArrivedFrame& arrived) {
  const MediaTime wire = arrived.frame.dts;
  switch (timed.clock.Judge(wire)) {
    case TrackClock::Verdict::kOnTime:
      return timed.clock.Expected();
    case TrackClock::Verdict::kGap:
      return timed.clock.OnWire(wire);
    case TrackClock::Verdict::kEarly:
      return PlaceEarly(timed, wire);
    case TrackClock::Verdict::kForward:
      if (AnotherIsNear(timed, timed.clock.MappedOf(wire))) return timed.clock.OnWire(wire);
      break;
    case TrackClock::Verdict::kBackward:
      break;
  }
  return PlaceAfterJump(timed, arrived);
}

/// Pictures are squeezed together, since others may need them; sound is left out, since it cannot
/// be squeezed.
std::optional<TrackClock::Place> Retimer::PlaceEarly(Timed& timed, MediaTime wire) {
  const bool in_order = timed.clock.MappedOf(wire) > timed.clock.last_dts();
  if (timed.clock.is_audio() && (timed.clock.is_constant() || !in_order)) {
    timed.clock.Skip(wire);
    return std::nullopt;
  }
  const TrackClock::Place place = timed.clock.Soonest(wire);
  if (place.dts > timed.clock.OnGrid(timed.clock.MappedOf(wire))) ++stats_.frames_retimed;
  return place;
}

bool Retimer::AnotherIsNear(const Timed& timed, MediaTime time) const {
  return std::any_of(tracks_.begin(), tracks_.end(), [&timed, time](const Timed& other) {
    return &other != &timed && other.clock.started() && abs(other.clock.last_dts() - time) <= kNear;
  });
}

TrackClock::Place Retimer::PlaceAfterJump(Timed& timed, const ArrivedFrame& arrived) {
  timed.clock.set_offset(timed.clock.offset() + JumpDelta(timed, arrived));
  const MediaTime wire = arrived.frame.dts;
  const MediaTime off = timed.clock.MappedOf(wire) - timed.clock.expected();
  if (off <= MediaTime(0)) return timed.clock.Expected();
  return timed.clock.OnWire(wire);
}

/// By how much the track's offset must change.
MediaTime Retimer::JumpDelta(Timed& timed, const ArrivedFrame& arrived) {
  const MediaTime mapped = timed.clock.MappedOf(arrived.frame.dts);
  const MediaTime own = timed.clock.expected() - mapped;
  const bool follows = timed.jump < jump_.number && abs(own - jump_.delta) <= kSameJump &&
                       abs(timed.clock.expected() - jump_.at) <= kSameTime;
  timed.jump = jump_.number;
  if (follows) return jump_.delta;

  // Past all that the others have, so that those who follow need not go back.
  MediaTime at = timed.clock.expected();
  for (const Timed& other : tracks_) {
    if (!other.clock.started()) continue;
    const MediaTime reached = other.clock.expected();
    if (reached - timed.clock.expected() <= kSameJump) at = std::max(at, reached);
  }
  jump_ = {.number = jump_.number + 1, .delta = at - mapped, .at = at};
  timed.jump = jump_.number;
  ++stats_.jumps;
  jumps_log_.Warn(arrived.arrival, "timestamps of the {} jumped by {:.3f} s: made continuous",
                  NameOf(timed.clock.track().kind()), ToSeconds(mapped - timed.clock.expected()));
  return jump_.delta;
}

void Retimer::PassOn(Timed& timed, ArrivedFrame arrived, MediaTime length) {
  const MediaTime now = arrived.frame.dts;
  if (timed.clock.is_constant() || length > MediaTime(0)) {
    arrived.frame.duration = timed.clock.usual_duration();
    next_.OnFrame(std::move(arrived));
  } else {
    timed.held = std::move(arrived);
  }
  ReleaseOverdue(now);
}

void Retimer::ReleaseHeld(Timed& timed, MediaTime duration) {
  ArrivedFrame held = std::move(*timed.held);
  timed.held.reset();
  held.frame.duration = std::clamp<MediaTime>(duration, MediaTime(1), kNear);
  next_.OnFrame(std::move(held));
}

void Retimer::ReleaseOverdue(MediaTime now) {
  for (Timed& timed : tracks_)
    if (timed.held && now - timed.held->frame.dts > kHoldMax)
      ReleaseHeld(timed, timed.clock.usual_duration());
}

void Retimer::OnEnd(media::EndReason reason) {
  for (Timed& timed : tracks_)
    if (timed.held) ReleaseHeld(timed, timed.clock.usual_duration());
  next_.OnEnd(reason);
}

}  // namespace weir::stream

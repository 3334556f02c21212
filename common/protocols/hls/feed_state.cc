#include "protocols/hls/feed_state.h"

#include <algorithm>
#include <chrono>

#include "base/check.h"

namespace weir::hls {
namespace {

/// How many of the newest segments keep the playlists they had: those of the last three target
/// durations, and one for the segment under way.
int64_t PlaylistsKept(const media::Run& run) {
  const double segment = ToSeconds(run.segment_duration);
  const auto target = static_cast<double>(run.target_duration.count());
  const double count = segment > 0 ? 3 * target / segment : 3;
  return static_cast<int64_t>(std::clamp(count, 3.0, 30.0) + 0.999) + 1;
}

void ForgetPlaylists(FeedSegment& segment) {
  for (FeedPart& part : segment.parts) {
    part.playlist = nullptr;
  }
  segment.playlist = nullptr;
}

}  // namespace

void FeedState::Apply(const RunOpened& opened) {
  WEIR_CHECK(opened.tracks != nullptr && opened.tracks->run.has_value());
  runs.push_back({.tracks = opened.tracks, .inits = {opened.inits.begin(), opened.inits.end()}});
  multivariants = opened.multivariants;
  for (const media::Track& track : opened.tracks->tracks) {
    tracks[track.id].kind = track.kind();
  }
  multivariant_ts = opened.multivariant_ts;
  rewind_multivariants = opened.rewind_multivariants;
  for (const media::TrackId rendition : opened.ts_renditions) {
    tracks.try_emplace(rendition);
  }
  ended.reset();
}

void FeedState::Apply(const FeedAnswer& demanded) {
  if (demanded.demand.type != Demand::Type::kTsSegment || !demanded.result) return;
  const auto track = tracks.find(demanded.demand.track);
  if (track == tracks.end()) return;
  const auto segment = track->second.segments.find(demanded.demand.number);
  if (segment == track->second.segments.end()) return;
  if (segment->second.run->run->id == demanded.demand.run) segment->second.media = *demanded.result;
}

FeedSegment& FeedState::SegmentAt(FeedTrack& track, int64_t number) {
  WEIR_CHECK(!runs.empty());
  const auto [place, is_new] = track.segments.try_emplace(number);
  if (!is_new) return place->second;
  place->second.run = runs.back().tracks;
  // One segment grows too old as one begins; several where numbers jumped.
  const int64_t oldest = number - PlaylistsKept(runs.back().run());
  for (auto old = track.segments.begin(); old->first < oldest; ++old) {
    ForgetPlaylists(old->second);
  }
  return place->second;
}

void FeedState::Apply(const PartAdded& part) {
  FeedTrack& track = tracks[part.track];
  FeedSegment& segment = SegmentAt(track, part.number);
  WEIR_CHECK(static_cast<size_t>(part.part) == segment.parts.size());
  segment.parts.push_back({.media = part.media, .playlist = part.playlist});
  track.current = part.playlist;
}

void FeedState::Apply(const SegmentClosed& segment) {
  FeedTrack& track = tracks[segment.track];
  FeedSegment& closed = SegmentAt(track, segment.number);
  closed.closed = true;
  closed.media = segment.media;
  closed.on_demand = segment.on_demand;
  closed.playlist = segment.playlist;
  track.current = segment.playlist;
  track.legacy = segment.legacy;
}

void FeedState::Apply(const SegmentExpired& expired) {
  const auto track = tracks.find(expired.track);
  if (track != tracks.end()) track->second.segments.erase(expired.number);
  while (runs.size() > 1 && !HasSegmentOf(runs.front())) {
    runs.erase(runs.begin());
  }
}

bool FeedState::HasSegmentOf(const FeedRun& run) const {
  const auto is_of_run = [&run](const auto& segment) { return segment.second.run == run.tracks; };
  return std::any_of(tracks.begin(), tracks.end(), [&](const auto& track) {
    const auto& segments = track.second.segments;
    return std::any_of(segments.begin(), segments.end(), is_of_run);
  });
}

const FeedRun* FeedState::FindRun(std::string_view id) const {
  for (const FeedRun& run : runs) {
    if (run.run().id == id) return &run;
  }
  return nullptr;
}

bool FeedState::IsPlayable() const {
  if (runs.empty()) return false;
  const auto has_part = [this](const media::Track& wanted) {
    const auto track = tracks.find(wanted.id);
    if (track == tracks.end()) return false;
    const auto& segments = track->second.segments;
    return std::any_of(segments.begin(), segments.end(), [this](const auto& segment) {
      return segment.second.run == runs.back().tracks && !segment.second.parts.empty();
    });
  };
  const auto& current = runs.back().tracks->tracks;
  return std::all_of(current.begin(), current.end(), has_part);
}

std::chrono::seconds FeedState::target_duration() const {
  return runs.empty() ? std::chrono::seconds(0) : runs.back().run().target_duration;
}

}  // namespace weir::hls

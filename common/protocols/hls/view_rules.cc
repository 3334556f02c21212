#include "protocols/hls/view_rules.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "protocols/hls/chunklist.h"
#include "protocols/hls/ts_variant.h"

namespace weir::hls {
namespace {

constexpr int kPartsAhead = 2;         // a part so far behind the newest is waited for
constexpr int64_t kSegmentsAhead = 2;  // as the draft says: more is an error of the client's

constexpr Refused kGone{404, CacheClass::kMissing, "this file is gone, or will never be"};
constexpr Refused kNotYet{404, CacheClass::kNotYet, "this file does not exist yet"};
constexpr Refused kNoTrack{404, CacheClass::kMissing, "the stream has no such track"};
constexpr Refused kNoPlaylist{404, CacheClass::kMissing, "the stream has no such playlist"};
constexpr Refused kNoTs{
    404, CacheClass::kMissing,
    "not offered as MPEG-TS: this is not configured, or no codec is fit for it"};
constexpr Refused kBusy{503, CacheClass::kOverloaded, "this cannot be made ready now"};
constexpr Refused kTooFarAhead{400, CacheClass::kBadRequest, "this lies too far in the future"};

const FeedTrack* FindTrack(const FeedState& state, const Ask& ask) {
  const auto track = state.tracks.find(ask.track);
  return track == state.tracks.end() || track->second.kind != ask.kind ? nullptr : &track->second;
}

/// The newest segment there is, or where the current run will begin, whichever is later: the one
/// after it is the next to come.
int64_t NewestNumber(const FeedState& state, const FeedTrack& track) {
  const int64_t before_run = state.runs.back().run().first_number - 1;
  return track.segments.empty() ? before_run : std::max(before_run, track.segments.rbegin()->first);
}

/// How many parts beyond the newest a directive may name: the draft's Advance Part Limit.
int64_t PartsAheadMax(const FeedState& state, media::TrackId id) {
  constexpr double kLimit = 3;
  const media::Track* const track = state.runs.back().tracks->Find(id);
  const double part = track != nullptr ? ToSeconds(track->part_target) : 1;
  return static_cast<int64_t>(std::ceil(part > 0 && part < 1 ? kLimit / part : kLimit));
}

bool IsTooFarAhead(const FeedState& state, const FeedTrack& track, const Ask& ask) {
  const Directives& directives = ask.directives;
  const int64_t newest = NewestNumber(state, track);
  if (*directives.msn > newest + kSegmentsAhead) return true;
  if (!directives.part || *directives.msn < newest) return false;
  const auto segment = track.segments.find(*directives.msn);
  if (segment != track.segments.end() && segment->second.closed) return false;
  const size_t parts = segment == track.segments.end() ? 0 : segment->second.parts.size();
  return *directives.part >= static_cast<int64_t>(parts) + PartsAheadMax(state, ask.track);
}

bool Stalls(const FeedState& state, const FeedTrack& track, UtcTime now) {
  return track.current != nullptr && now > track.changed + state.target_duration();
}

Ready Current(const FeedTrack& track, const Ask& ask) {
  return {track.current->Get(ask.directives.skip), CacheClass::kChunklist};
}

/// The playlist that is for ever the answer, or the current one where that is not kept any more.
Ready Fixed(const FeedTrack& track, const ChunklistPtr& playlist, const Ask& ask) {
  if (playlist == nullptr) return Current(track, ask);
  return {playlist->Get(ask.directives.skip), CacheClass::kFixedChunklist};
}

/// _HLS_msn, with or without _HLS_part. A part behind the last of its segment stands for the first
/// of the next one.
Verdict DecideBlocking(const FeedTrack& track, const Ask& ask) {
  int64_t number = *ask.directives.msn;
  int part = ask.directives.part.value_or(WaitPoint::kWhole);
  for (auto segment = track.segments.find(number); segment != track.segments.end(); ++segment) {
    if (segment->first != number) break;  // numbers jumped to another run
    const FeedSegment& found = segment->second;
    // One that was left open when its run ended gets no more either.
    const bool complete = found.closed || std::next(segment) != track.segments.end();
    if (part == WaitPoint::kWhole) {
      if (complete) return Fixed(track, found.playlist, ask);
      return WaitPoint{ask.track, number, part};
    }
    if (static_cast<size_t>(part) < found.parts.size()) {
      return Fixed(track, found.parts[static_cast<size_t>(part)].playlist, ask);
    }
    if (!complete) return WaitPoint{ask.track, number, part};
    ++number;
    part = 0;
  }
  const bool is_past = !track.segments.empty() && number < track.segments.rbegin()->first;
  if (is_past) return Current(track, ask);
  return WaitPoint{ask.track, number, part};
}

Verdict DecideChunklist(const FeedState& state, const Ask& ask,
                        const std::function<UtcTime()>& utc_now) {
  const FeedTrack* const track = FindTrack(state, ask);
  if (track == nullptr) return kNoTrack;
  if (ask.directives.legacy || (ask.track & kTsRendition) != 0) {
    if (track->legacy != nullptr) return Ready{track->legacy, CacheClass::kLegacyChunklist};
    return WaitPoint{ask.track, NewestNumber(state, *track), WaitPoint::kWhole};
  }
  if (state.concluded() && track->current != nullptr) {
    Ready ready = Current(*track, ask);
    if (ask.directives.msn) ready.cache = CacheClass::kFixedChunklist;
    return ready;
  }
  if (ask.directives.msn && IsTooFarAhead(state, *track, ask) && !Stalls(state, *track, utc_now()))
    return kTooFarAhead;
  if (track->current == nullptr) return WaitPoint{.track = ask.track};
  if (!ask.directives.msn) {
    // A stream has just begun: a player that knows nothing of parts would find an empty playlist.
    if (track->legacy == nullptr) {
      return WaitPoint{ask.track, NewestNumber(state, *track), WaitPoint::kWhole};
    }
    return Current(*track, ask);
  }
  return DecideBlocking(*track, ask);
}

/// What is made only when somebody asks: perhaps it has just come.
Verdict DecideOnDemand(const FeedState& state, Demand demand, CacheClass cache) {
  if (!state.answer || state.answer->demand != demand) {
    const WaitPoint until{WaitPoint::kDemanded, demand.number, demand.part};
    return Wanted{until, std::move(demand)};
  }
  const Result<ResourcePtr>& result = state.answer->result;
  if (result) return Ready{*result, cache};
  return result.error().code == ErrorCode::kNotFound ? kGone : kBusy;
}

/// What has left the playlists may be kept elsewhere.
Verdict DecidePast(const FeedState& state, const Ask& ask) {
  const bool is_init = ask.type == Ask::Type::kInit;
  return DecideOnDemand(state,
                        {.type = is_init ? Demand::Type::kPastInit : Demand::Type::kPastSegment,
                         .track = ask.track,
                         .run = ask.run,
                         .number = ask.number},
                        CacheClass::kSegment);
}

/// The chunklist that `verdict` found, with the past in front. It depends on how long this edge has
/// known the stream, so it is never fixed.
Verdict DecideRewind(const FeedState& state, const Ask& ask, const Verdict& verdict) {
  const auto* const live = std::get_if<Ready>(&verdict);
  if (live == nullptr) return verdict;
  constexpr int kLegacyForm = 3;  // behind those of m3u8::Skip
  Demand demand{.type = Demand::Type::kRewindList,
                .track = ask.track,
                .number = ask.track,
                .part = ask.directives.legacy ? kLegacyForm : static_cast<int>(ask.directives.skip),
                .live = live->resource};
  if (state.answer && !ask.directives.msn) {
    // Whoever asked for the current one is served with what was current then.
    const Demand& answered = state.answer->demand;
    if (answered.type == demand.type && answered.track == demand.track &&
        answered.part == demand.part) {
      demand.live = answered.live;
    }
  }
  return DecideOnDemand(state, std::move(demand), CacheClass::kChunklist);
}

Verdict DecidePart(const FeedState& state, const FeedTrack& track, const Ask& ask,
                   bool is_current) {
  const auto place = track.segments.find(ask.number);
  if (place != track.segments.end()) {
    const FeedSegment& segment = place->second;
    const auto part = static_cast<size_t>(ask.part);
    if (part < segment.parts.size()) return Ready{segment.parts[part].media, CacheClass::kPart};
    if (segment.closed || !is_current || state.concluded()) return kGone;
    if (part >= segment.parts.size() + kPartsAhead) return kNotYet;
    return WaitPoint{ask.track, ask.number, ask.part};
  }
  const int64_t newest = NewestNumber(state, track);
  if (ask.number <= newest || !is_current || state.concluded()) return kGone;
  if (ask.number > newest + 1 || ask.part >= kPartsAhead) return kNotYet;
  return WaitPoint{ask.track, ask.number, ask.part};
}

Verdict DecideSegment(const FeedState& state, const FeedTrack& track, const Ask& ask,
                      bool is_current) {
  const auto place = track.segments.find(ask.number);
  if (place == track.segments.end()) {
    const bool may_come = is_current && ask.number > NewestNumber(state, track);
    if (!may_come && state.CanRewind()) return DecidePast(state, ask);
    return may_come && !state.concluded() ? kNotYet : kGone;
  }
  const FeedSegment& segment = place->second;
  if (segment.media != nullptr) return Ready{segment.media, CacheClass::kSegment};
  if (segment.on_demand) {
    return DecideOnDemand(state,
                          {.type = Demand::Type::kTsSegment,
                           .track = ask.track,
                           .run = ask.run,
                           .number = ask.number},
                          CacheClass::kSegment);
  }
  if (segment.closed || !is_current || state.concluded()) return kGone;
  return WaitPoint{ask.track, ask.number, WaitPoint::kWhole};
}

Verdict DecideMedia(const FeedState& state, const Ask& ask) {
  const FeedRun* const run = state.FindRun(ask.run);
  if (run == nullptr && state.CanRewind() && ask.type != Ask::Type::kPart)
    return DecidePast(state, ask);
  if (run == nullptr) return kNotYet;  // gone, or one that another edge knows already
  const FeedTrack* const track = FindTrack(state, ask);
  if (track == nullptr) return kNoTrack;
  if (ask.type == Ask::Type::kInit) {
    const auto init = run->inits.find(ask.track);
    if (init == run->inits.end()) return kGone;
    return Ready{init->second, CacheClass::kSegment};
  }
  const auto segment = track->segments.find(ask.number);
  if (segment != track->segments.end() && segment->second.run != run->tracks) return kGone;
  const bool is_current = run == &state.runs.back();
  return ask.type == Ask::Type::kPart ? DecidePart(state, *track, ask, is_current)
                                      : DecideSegment(state, *track, ask, is_current);
}

Verdict DecideTsMultivariant(const FeedState& state) {
  if (!state.IsPlayable() && !state.concluded()) return WaitPoint{};
  if (state.multivariant_ts == nullptr) return kNoTs;
  return Ready{state.multivariant_ts, CacheClass::kMultivariant};
}

}  // namespace

Verdict Decide(const FeedState& state, const Ask& ask, const std::function<UtcTime()>& utc_now) {
  if (state.runs.empty()) return WaitPoint{};
  if (ask.type == Ask::Type::kChunklist) {
    const bool rewind =
        ask.directives.rewind && state.CanRewind() && (ask.track & kTsRendition) == 0;
    Verdict live = DecideChunklist(state, ask, utc_now);
    return rewind ? DecideRewind(state, ask, live) : live;
  }
  if (ask.type == Ask::Type::kTsMultivariant) return DecideTsMultivariant(state);
  if (ask.type != Ask::Type::kMultivariant) return DecideMedia(state, ask);
  const bool rewind = ask.directives.rewind && state.CanRewind();
  const Multivariants& playlists = rewind ? *state.rewind_multivariants : *state.multivariants;
  const auto playlist = playlists.find(ask.playlist);
  if (playlist == playlists.end()) return kNoPlaylist;
  if (!state.IsPlayable() && !state.concluded()) return WaitPoint{};
  return Ready{ask.directives.legacy ? playlist->second.legacy : playlist->second.usual,
               CacheClass::kMultivariant};
}

}  // namespace weir::hls

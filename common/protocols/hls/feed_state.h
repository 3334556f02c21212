#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "protocols/hls/demand.h"
#include "protocols/hls/published.h"

namespace weir::hls {

/// One run, as long as its files may be asked for.
struct FeedRun {
  std::shared_ptr<const media::TrackList> tracks;  ///< `run` is set.
  std::map<media::TrackId, ResourcePtr> inits;

  const media::Run& run() const { return *tracks->run; }
};

struct FeedPart {
  ResourcePtr media;
  ChunklistPtr playlist;  ///< Null once it is older than anybody asks for.
};

struct FeedSegment {
  std::shared_ptr<const media::TrackList> run;  ///< The FeedRun's.
  std::vector<FeedPart> parts;
  bool closed = false;
  ResourcePtr media;       ///< Once closed; null for a gap.
  bool on_demand = false;  ///< Closed, and `media` is made when somebody asks.
  ChunklistPtr playlist;   ///< Once closed; null once it is too old.
};

struct FeedTrack {
  media::MediaKind kind = media::MediaKind::kVideo;
  std::map<int64_t, FeedSegment> segments;  ///< By number: what has not expired.
  ChunklistPtr current;                     ///< The chunklist as it stands; null before any part.
  ResourcePtr legacy;                       ///< Null before the first whole segment.
  UtcTime changed{};                        ///< When `current` became known here.
};

/// The answer to a demand.
struct FeedAnswer {
  Demand demand;
  Result<ResourcePtr> result;
};

/// Everything of a stream that can be asked for: what its events add up to. Feed keeps one, and
/// every view a copy of its own; the resources themselves are shared.
struct FeedState {
  std::vector<FeedRun> runs;                           ///< The last is the current one.
  std::shared_ptr<const Multivariants> multivariants;  ///< Null before the first run.
  ResourcePtr multivariant_ts;  ///< Null where the current run is not offered as MPEG-TS.
  /// With _HLS_rewind=YES in their addresses. Null: nobody can wind back.
  std::shared_ptr<const Multivariants> rewind_multivariants;
  std::map<media::TrackId, FeedTrack> tracks;
  std::optional<media::EndReason> ended;  ///< Since the current run's last event.
  std::optional<FeedAnswer> answer;       ///< What has just come, of what is made on demand.

  void Apply(const RunOpened& opened);
  void Apply(const PartAdded& part);
  void Apply(const SegmentClosed& segment);
  void Apply(const SegmentExpired& expired);

  void Apply(media::EndReason reason) { ended = reason; }

  /// Keeps what is kept as long as the segment it belongs to.
  void Apply(const FeedAnswer& demanded);

  /// Null where no such run is kept.
  const FeedRun* FindRun(std::string_view id) const;

  /// Whether every track of the current run has a part: a player can start.
  bool IsPlayable() const;

  /// Whether there is more than what is here.
  bool CanRewind() const { return rewind_multivariants != nullptr; }

  bool concluded() const { return ended == media::EndReason::kConcluded; }

  /// Of the current run; zero before the first.
  std::chrono::seconds target_duration() const;

 private:
  FeedSegment& SegmentAt(FeedTrack& track, int64_t number);
  bool HasSegmentOf(const FeedRun& run) const;
};

}  // namespace weir::hls

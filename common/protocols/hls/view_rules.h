#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "protocols/hls/cache_policy.h"
#include "protocols/hls/feed_state.h"
#include "protocols/hls/query.h"

namespace weir::hls {

/// One file of a stream, as a viewer asks for it.
struct Ask {
  enum class Type { kMultivariant, kChunklist, kInit, kSegment, kPart, kTsMultivariant };
  Type type = Type::kMultivariant;
  media::TrackId track = 0;  ///< Of the MPEG-TS renditions too (ts_variant.h).
  media::MediaKind kind = media::MediaKind::kVideo;
  std::string playlist{};  ///< Of a multivariant one: its file name without ".m3u8".
  std::string run{};       ///< Of media files.
  int64_t number = 0;
  int part = 0;
  Directives directives{};  ///< Of playlists.
};

/// The event to wait for: the first at or after this point of this track can change the answer.
struct WaitPoint {
  static constexpr media::TrackId kStart = std::numeric_limits<media::TrackId>::max();
  /// No track's: until something comes that was asked for.
  static constexpr media::TrackId kDemanded = kStart - 1;
  static constexpr int kWhole = std::numeric_limits<int>::max();
  static constexpr int64_t kAnyNumber = std::numeric_limits<int64_t>::min();

  media::TrackId track = kStart;  ///< kStart: until a player can start.
  int64_t number = kAnyNumber;
  int part = 0;  ///< kWhole: until the segment is closed.

  // The check takes the comparison with zero inside <=> for a null pointer.
  auto operator<=>(const WaitPoint&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// Here it is.
struct Ready {
  ResourcePtr resource;
  CacheClass cache;
};

/// It cannot be had.
struct Refused {
  int status;
  CacheClass cache;
  std::string_view text;  ///< A literal, for the viewer.
};

/// It must be asked for first, and comes at `until`.
struct Wanted {
  WaitPoint until;
  Demand demand;
};

using Verdict = std::variant<Ready, Refused, WaitPoint, Wanted>;

/// What a viewer gets: blocking playlist reload and preload hints of draft-pantos-hls-rfc8216bis,
/// 6.2.5, as a function of what is published.
///
/// A directive is never answered with a playlist that lacks what it asks for, but for what is older
/// than the playlists kept: that gets the current one. A part may be waited for when it is the next
/// one, or the one after, since the playlist that announced it may be of an edge that is ahead.
///
/// Where nothing has come for longer than a segment takes, by `utc_now`, other edges may be any
/// distance ahead: then nothing is said to lie too far in the future.
Verdict Decide(const FeedState& state, const Ask& ask, const std::function<UtcTime()>& utc_now);

}  // namespace weir::hls

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "base/shared_bytes.h"
#include "media/event.h"
#include "media/media_time.h"
#include "media/track.h"

namespace weir::media {

/// A segment starts with the frame that bears this. Set by the Timeline, once per segment and
/// track: first on the video frame that starts it, then on the first audio frame that starts at or
/// after it.
struct SegmentMark {
  int64_t number = 0;
  UtcTime utc;  ///< Wall clock at the frame's pts (EXT-X-PROGRAM-DATE-TIME).
};

/// One access unit of one track. Immutable once shared.
struct Frame {
  TrackId track = 0;
  /// Decoding order and pace. Within a track each is greater than the one before.
  MediaTime dts{0};
  /// When it is shown. May be less than `dts` never, equal without B-frames.
  MediaTime pts{0};
  /// Up to the dts of the next frame, as far as is known when this one is passed on: where the
  /// rate is constant that is exact. Greater than zero once the Timeline has seen the frame.
  MediaTime duration{0};
  /// Decodable without any frame before it. Always set on audio.
  bool key = false;
  std::optional<SegmentMark> mark;
  /// Framed as CodecId says. Never empty.
  SharedBytes payload;
  /// Timed data that goes with it; null: none. Shared by tracks.
  std::shared_ptr<const EventList> events{};
};

/// What keeping it takes, its owners left out.
inline size_t BytesOf(const Frame& frame) {
  return frame.payload.size() + (frame.events ? PayloadBytes(*frame.events) : 0);
}

}  // namespace weir::media

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/track.h"

namespace weir::ts {

/// One access unit. Times are in 90 kHz ticks of the stream's own clock.
struct Unit {
  std::span<const uint8_t> payload;  ///< Framed as the track's CodecId says.
  int64_t dts = 0;
  int64_t pts = 0;
  int64_t duration = 0;
  bool key = false;
};

/// What one track has in a segment.
struct ElementaryStream {
  const media::Track* track = nullptr;
  std::vector<Unit> units{};
};

/// An ID3 tag, and when it is shown, as in Unit.
struct TimedTag {
  int64_t pts = 0;
  std::span<const uint8_t> tag;
};

/// Whether a transport stream made here can carry `track`: H.264, H.265, and AAC that ADTS headers
/// can describe.
bool CanCarry(const media::Track& track);

/// One HLS segment as a transport stream (ISO/IEC 13818-1; RFC 8216, 3.2): PAT, PMT, then the
/// tracks' access units in order of decoding.
///
/// A pure function of its arguments, and yet counters go on from one segment to the next: PAT and
/// PMT stand once in each, with the segment's `number` as their counter, and each elementary stream
/// fills a whole round of sixteen packets. The first stream bears the clock, at least every 100 ms.
///
/// A segment with `tags`, in order of time, has a stream for them (Timed Metadata for HTTP Live
/// Streaming, 2), which its map lists, of another version.
///
/// `streams` has one to eight that CanCarry. kUnsupported: a configuration or frame that cannot be
/// carried after all.
Result<std::vector<uint8_t>> WriteSegment(std::span<const ElementaryStream> streams, int64_t number,
                                          std::span<const TimedTag> tags = {});

}  // namespace weir::ts

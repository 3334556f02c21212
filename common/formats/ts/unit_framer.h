#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "formats/ts/adts.h"
#include "formats/ts/annex_b.h"
#include "media/track.h"

namespace weir::ts {

/// Brings one track's access units into the form in which PES packets carry them: H.264 and H.265
/// as byte streams, AAC behind ADTS headers, Opus behind control headers (Opus in MPEG-2 TS, draft
/// 0.1.3 of opus-codec.org, as FFmpeg writes it).
class UnitFramer {
 public:
  /// kUnsupported or kMalformed: the track cannot be carried. `track` outlives it.
  static Result<UnitFramer> For(const media::Track& track);

  /// Appends the unit of `payload`, which is framed as the track's CodecId says. kUnsupported: it
  /// is too long.
  Status Append(std::span<const uint8_t> payload, bool key, std::vector<uint8_t>& out) const;

  /// Of the PES packets.
  uint8_t stream_id() const;

 private:
  UnitFramer() = default;

  std::optional<AnnexB> annex_b_;
  std::optional<AdtsHeader> adts_;
};

/// What the program map says of the codec (ISO/IEC 13818-1, table 2-34).
uint8_t StreamTypeOf(media::CodecId codec);

/// What it says besides; empty for most.
std::vector<uint8_t> DescriptorsOf(const media::Track& track);

}  // namespace weir::ts

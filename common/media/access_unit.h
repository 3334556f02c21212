#pragma once

#include <cstdint>
#include <span>

#include "base/result.h"
#include "media/codec_id.h"

namespace weir::media {

/// What can be told of one access unit without decoding it.
struct AccessUnit {
  /// A decoder can start here: IDR, CRA or BLA; an AV1 key frame that is shown; any audio.
  bool key = false;
  /// Has a picture at all, and not only parameter sets, SEI or metadata. Always true of audio.
  bool has_picture = false;
  /// Carries SPS, PPS, VPS or an AV1 sequence header: see UpdatedConfig in media/payload.h.
  bool has_parameter_sets = false;
};

/// Looks into `payload`, which is framed as CodecId says (NAL units behind 4-byte lengths).
///
/// kMalformed: empty, or the lengths within do not fit it exactly.
Result<AccessUnit> InspectAccessUnit(CodecId codec, std::span<const uint8_t> payload);

}  // namespace weir::media

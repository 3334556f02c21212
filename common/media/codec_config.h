#pragma once

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/codec_id.h"
#include "media/codec_limits.h"
#include "media/track.h"

namespace weir::media {

/// Makes a track of a codec's configuration record as FLV carries it: H.264 avcC, H.265 hvcC, AV1
/// av1C, AAC AudioSpecificConfig, Opus identification header ("OpusHead"; a dOps is taken too).
///
/// Fills codec, id, config, codec_string, and width, height and frame_duration or sample_rate,
/// channels and frame_duration. `config` becomes what Track says: dOps for Opus, and avcC and hvcC
/// that announce NAL lengths of 4 bytes whatever the record said (see NalLengthSize in
/// media/payload.h). A video's frame_duration is set where the record fixes the rate and that is
/// 1 to 240 frames a second; Opus has none.
///
/// kMalformed: the record contradicts itself or has no SPS or sequence header. kUnsupported: it is
/// well formed, and cannot be played here.
Result<Track> ReadCodecConfig(CodecId codec, TrackId id, const SharedBytes& config);

}  // namespace weir::media

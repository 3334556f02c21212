#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/av1/obu.h"
#include "media/av1/sequence_header.h"
#include "media/track.h"

namespace weir::media::av1 {

/// AV1CodecConfigurationRecord, the content of an av1C box (AV1 codec ISO media file format
/// binding, section 2.3). The views belong to whoever owns the bytes it was read from.
struct Av1Config {
  SequenceHeader sequence;
  Obu sequence_obu;
};

/// kMalformed: cut off, of another version, or without a sequence header.
Result<Av1Config> ReadAv1Config(std::span<const uint8_t> record);

/// Writes an av1C of this sequence header OBU.
Result<SharedBytes> BuildAv1Config(const Obu& sequence_obu);

/// As media::ReadCodecConfig, for kAv1.
Result<Track> ReadTrack(const SharedBytes& record);

/// Appends `obu` with a size field.
void AppendSized(const Obu& obu, std::vector<uint8_t>& bytes);

}  // namespace weir::media::av1

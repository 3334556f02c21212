#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/nal_unit.h"
#include "media/track.h"

namespace weir::media::h264 {

/// AVCDecoderConfigurationRecord, the content of an avcC box (ISO/IEC 14496-15, 5.3.3.1). The views
/// belong to whoever owns the bytes it was read from. What follows the parameter sets can be told
/// from the first of them, and is not kept.
struct AvcConfig {
  size_t nal_length_size = 4;  ///< 1, 2 or 4.
  std::vector<NalUnit> sps;
  std::vector<NalUnit> pps;
};

/// kMalformed: cut off, of another version, or without an SPS or PPS.
Result<AvcConfig> ReadAvcConfig(std::span<const uint8_t> record);

/// Writes an avcC for NAL lengths of 4 bytes. Profile, level and formats are those of the first
/// SPS. kLimitExceeded: more sets, or longer ones, than the record has room for.
Result<SharedBytes> BuildAvcConfig(std::span<const NalUnit> sps, std::span<const NalUnit> pps);

/// As media::ReadCodecConfig, for kH264.
Result<Track> ReadTrack(const SharedBytes& record);

}  // namespace weir::media::h264

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "media/h265/nal_type.h"
#include "media/nal_unit.h"
#include "media/track.h"

namespace weir::media::h265 {

/// HEVCDecoderConfigurationRecord, the content of an hvcC box (ISO/IEC 14496-15, 8.3.3.1). The
/// views belong to whoever owns the bytes it was read from. What precedes the parameter sets can be
/// told from the first SPS, and is not kept.
struct HevcConfig {
  size_t nal_length_size = 4;  ///< 1, 2 or 4.
  std::vector<NalUnit> vps;
  std::vector<NalUnit> sps;
  std::vector<NalUnit> pps;
};

/// kMalformed: cut off, of another version, or without a VPS, SPS or PPS. kLimitExceeded: more than
/// kParameterSetsMax of one of them.
Result<HevcConfig> ReadHevcConfig(std::span<const uint8_t> record);

/// Writes an hvcC for NAL lengths of 4 bytes. Profile, level and formats are those of the first
/// SPS. kLimitExceeded: more sets, or longer ones, than the record has room for.
Result<SharedBytes> BuildHevcConfig(const HevcConfig& config);

/// As media::ReadCodecConfig, for kH265.
Result<Track> ReadTrack(const SharedBytes& record);

}  // namespace weir::media::h265

#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::media {

/// Largest codec configuration record taken from anywhere: real ones have 2 to 300 bytes.
inline constexpr size_t kCodecConfigSizeMax = 64 * 1024;
/// Most parameter sets of one kind (SPS, PPS, VPS) in a record.
inline constexpr size_t kParameterSetsMax = 256;
/// Longest parameter set that the records have room for.
inline constexpr size_t kParameterSetSizeMax = 0xffff;
/// Largest width or height of a picture.
inline constexpr uint32_t kPictureSizeMax = 16384;

}  // namespace weir::media

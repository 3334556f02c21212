#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "media/media_time.h"

namespace weir::media::av1 {

/// What is asked of a sequence header (AV1 5.5).
struct SequenceHeader {
  uint8_t profile = 0;
  uint8_t level = 0;  ///< seq_level_idx of the first operating point, 0 to 31.
  bool high_tier = false;
  uint32_t bits = 8;  ///< 8, 10 or 12 for each sample.
  bool monochrome = false;
  bool subsampled_x = true;
  bool subsampled_y = true;
  uint8_t chroma_position = 0;
  uint32_t transfer = 2;  ///< transfer_characteristics; 2 is not known.
  uint32_t width = 0;
  uint32_t height = 0;
  /// One period of the rate, where equal_picture_interval promises one; else zero.
  MediaTime frame_duration{0};

  friend bool operator==(const SequenceHeader&, const SequenceHeader&) = default;
};

/// Reads the payload of a sequence header OBU.
Result<SequenceHeader> ReadSequenceHeader(std::span<const uint8_t> payload);

/// "av01.0.04M.08" (AV1 codec ISO media file format binding, section 5).
std::string CodecString(const SequenceHeader& sequence);

}  // namespace weir::media::av1

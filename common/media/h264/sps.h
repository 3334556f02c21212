#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "media/media_time.h"
#include "media/nal_unit.h"

namespace weir::media::h264 {

/// What is asked of a sequence parameter set (H.264 7.3.2.1.1).
struct Sps {
  uint8_t profile = 0;
  uint8_t constraints = 0;  ///< The six constraint_set flags and two zeroes.
  uint8_t level = 0;        ///< Ten times the level's number.
  uint32_t id = 0;
  uint32_t chroma_format = 1;
  uint32_t luma_bits = 8;
  uint32_t chroma_bits = 8;
  uint32_t width = 0;  ///< After cropping.
  uint32_t height = 0;
  uint32_t transfer = 2;  ///< transfer_characteristics; 2 is not known.
  /// One period of the rate the VUI tells; zero where it tells none that can be used.
  MediaTime frame_duration{0};
  /// The rate is promised, and not only a hint.
  bool fixed_frame_rate = false;
  /// How many frames may be shown after one that is decoded later; 0 is no B-frames.
  std::optional<uint32_t> reorder_frames_max;
};

/// Reads one SPS, its NAL header included.
///
/// A VUI that is cut off or out of bounds is left out, since some encoders write such and decoders
/// do not mind.
Result<Sps> ReadSps(NalUnit nal);

/// The profiles whose SPS and avcC tell chroma format and bit depths.
bool HasChromaFormat(uint8_t profile);

}  // namespace weir::media::h264

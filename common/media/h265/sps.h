#pragma once

#include <cstdint>

#include "base/result.h"
#include "media/h265/profile_tier_level.h"
#include "media/media_time.h"
#include "media/nal_unit.h"

namespace weir::media::h265 {

/// What is asked of a sequence parameter set (H.265 7.3.2.2.1).
struct Sps {
  ProfileTierLevel level;
  uint32_t id = 0;
  uint32_t vps_id = 0;
  uint32_t temporal_layers = 1;
  bool temporal_nesting = false;
  uint32_t chroma_format = 1;
  uint32_t luma_bits = 8;
  uint32_t chroma_bits = 8;
  uint32_t width = 0;  ///< Inside the conformance window.
  uint32_t height = 0;
  uint32_t transfer = 2;  ///< transfer_characteristics; 2 is not known.
  /// How many frames may be shown after one that is decoded later; 0 is no B-frames.
  uint32_t reorder_frames_max = 0;
  /// One period of the rate the VUI tells; zero where it tells none that can be used.
  MediaTime frame_duration{0};
  /// The rate is promised (by the HRD parameters), and not only a hint.
  bool fixed_frame_rate = false;
};

/// Reads one SPS, its NAL header included.
///
/// What stands behind the size is left out where it is cut off or out of bounds.
Result<Sps> ReadSps(NalUnit nal);

}  // namespace weir::media::h265

#pragma once

#include "media/nal_unit.h"

namespace weir::media::h264 {

/// Whether an SEI NAL unit has a recovery point message that promises whole pictures from its own
/// picture on (H.264 D.1.8, recovery_frame_cnt 0): how encoders with open GOPs mark their key
/// frames.
bool HasImmediateRecoveryPoint(NalUnit sei);

}  // namespace weir::media::h264

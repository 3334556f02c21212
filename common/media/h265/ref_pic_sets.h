#pragma once

#include "base/bit_reader.h"

namespace weir::media::h265 {

/// Skips num_short_term_ref_pic_sets and the st_ref_pic_sets of an SPS (H.265 7.3.7).
///
/// How long one is depends on how many pictures the one before holds, so they must be followed.
void SkipShortTermRefPicSets(BitReader& bits);

}  // namespace weir::media::h265

#pragma once

#include "base/bit_reader.h"

namespace weir::media {

/// Skips what the VUI of H.264 (E.1.1) and H.265 (E.2.1) begin with alike: aspect ratio, overscan,
/// colours and chroma location.
void SkipVuiSignal(BitReader& bits);

}  // namespace weir::media

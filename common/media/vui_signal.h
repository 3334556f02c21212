#pragma once

#include <cstdint>

#include "base/bit_reader.h"

namespace weir::media {

/// Reads over what the VUI of H.264 (E.1.1) and H.265 (E.2.1) begin with alike: aspect ratio,
/// overscan, colours and chroma location. Returns transfer_characteristics; 2 where it tells none.
uint32_t ReadVuiSignal(BitReader& bits);

}  // namespace weir::media

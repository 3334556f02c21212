#pragma once

#include <cstdint>
#include <optional>

#include "base/bit_reader.h"

namespace weir::media::h265 {

/// Reads hrd_parameters( 1, sub_layers ) (H.265 E.2.2) of a stream with `sub_layers` temporal
/// layers below the highest: how many clock ticks there are from picture to picture, if that is
/// fixed.
std::optional<uint32_t> ReadTicksPerPicture(BitReader& bits, uint32_t sub_layers);

}  // namespace weir::media::h265

#pragma once

#include <cstdint>

#include "base/result.h"
#include "media/nal_unit.h"

namespace weir::media::h265 {

Result<uint32_t> VpsId(NalUnit nal);

/// The id of an SPS that can be read whole.
Result<uint32_t> SpsId(NalUnit nal);

Result<uint32_t> PpsId(NalUnit nal);

}  // namespace weir::media::h265

#pragma once

#include <cstdint>

#include "base/bit_reader.h"

namespace weir::media::aac {

/// Reads a program_config_element (ISO/IEC 14496-3, 4.4.1.1), which a channel configuration of 0
/// announces, whole, and returns how many channels it has.
uint32_t ReadProgramConfigChannels(BitReader& bits);

}  // namespace weir::media::aac

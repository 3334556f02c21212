#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::crypto {

/// Lower case.
std::string HexEncode(std::span<const uint8_t> bytes);

/// Either case. kMalformed: an odd number of digits, or something that is none.
Result<std::vector<uint8_t>> HexDecode(std::string_view text);

}  // namespace weir::crypto

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::crypto {

/// RFC 4648, section 4: with '+', '/' and padding.
std::string Base64Encode(std::span<const uint8_t> bytes);

/// RFC 4648, section 5, for URLs: with '-', '_' and no padding.
std::string Base64UrlEncode(std::span<const uint8_t> bytes);

/// Takes either alphabet, padded or not. kMalformed: another character, padding in the middle or
/// too much of it, or a length that cannot be.
Result<std::vector<uint8_t>> Base64Decode(std::string_view text);

}  // namespace weir::crypto

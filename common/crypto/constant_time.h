#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weir::crypto {

/// Whether two secrets are equal, in a time that tells nothing of where they differ. It does tell
/// their sizes.
bool EqualInConstantTime(std::span<const uint8_t> a, std::span<const uint8_t> b);
bool EqualInConstantTime(std::string_view a, std::string_view b);

}  // namespace weir::crypto

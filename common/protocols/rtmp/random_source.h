#pragma once

#include <cstdint>
#include <functional>
#include <span>

namespace weir::rtmp {

/// Fills the bytes it is given with random ones: the system's in production, made-up ones in tests.
using RandomSource = std::function<void(std::span<uint8_t>)>;

}  // namespace weir::rtmp

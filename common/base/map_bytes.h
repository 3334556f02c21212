#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace weir {

/// Memory of `size` bytes straight from the kernel, zeroed, in whole pages: for large pieces that
/// are kept for a while and would leave holes in the heap when they go. Null when it is refused.
std::shared_ptr<uint8_t> MapBytes(size_t size);

}  // namespace weir

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::config {

/// How many characters must be put in, left out or replaced to make one word of the other, whatever
/// their case.
size_t EditDistance(std::string_view a, std::string_view b);

/// The word nearest to `wanted`, or empty when none is near enough to be what was meant.
std::string Nearest(std::string_view wanted, const std::vector<std::string>& words);

}  // namespace weir::config

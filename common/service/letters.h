#pragma once

#include <string>
#include <string_view>

namespace weir::service {

/// A to Z become a to z, whatever the locale.
std::string LowerCase(std::string_view text);

/// a to z become A to Z.
std::string UpperCase(std::string_view text);

/// Whether `text` is what `pattern` says: * is any text, also none; ? is any one character. Takes
/// time in proportion to the product of the lengths at worst, whatever the pattern.
bool MatchesWildcards(std::string_view pattern, std::string_view text);

}  // namespace weir::service

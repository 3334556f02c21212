#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/document.h"

namespace weir::config {

/// Replaces ${env:...} and ${ome:...} in `text` (see Document); what comes in is not looked at
/// again. `folder` is that of the file. Errors have no place yet: kMalformed for a macro that makes
/// no sense, kNotFound for a variable that is not set, kLimitExceeded past `size_max` bytes.
Result<std::string> ReplaceMacros(std::string_view text, const Environment& environment,
                                  const std::filesystem::path& folder, size_t size_max);

}  // namespace weir::config

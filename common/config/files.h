#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir::config {

/// All of a regular file, of at most `size_max` bytes.
Result<std::string> ReadWholeFile(const std::filesystem::path& path, size_t size_max);

/// The files that `pattern` (with *, ? and [...] as in a shell) matches below `folder`, in the
/// order of their names, at most `files_max`. A pattern without such characters must name a file.
Result<std::vector<std::filesystem::path>> MatchingFiles(const std::filesystem::path& folder,
                                                         const std::string& pattern,
                                                         size_t files_max);

}  // namespace weir::config

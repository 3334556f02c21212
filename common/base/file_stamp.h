#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace weir {

/// What tells a file from what it was before it was written or replaced.
struct FileStamp {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size = 0;
  int64_t modified_ns = 0;  ///< Since 1970.

  bool operator==(const FileStamp&) const = default;
};

/// That of the file as it is now; nothing where there is none, or none to be reached. Blocks.
std::optional<FileStamp> StampOf(const std::string& path);

}  // namespace weir

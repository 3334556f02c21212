#include "base/file_stamp.h"

#include <sys/stat.h>

namespace weir {

std::optional<FileStamp> StampOf(const std::string& path) {
  constexpr int64_t kNanos = 1'000'000'000;

  struct stat found {};

  if (::stat(path.c_str(), &found) != 0) return std::nullopt;
  return FileStamp{
      .device = found.st_dev,
      .inode = found.st_ino,
      .size = found.st_size,
      .modified_ns = int64_t{found.st_mtim.tv_sec} * kNanos + found.st_mtim.tv_nsec,
  };
}

}  // namespace weir

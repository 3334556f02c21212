#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/memory_file.h"
#include "base/shared_bytes.h"

namespace weir::hls {

/// Where a rendition's parts and segments lie: in memory files, from which the kernel sends them to
/// viewers without copying. Small ones lie in the heap, since a file is only given back with the
/// last of what lies in it.
///
/// Thread: one. What it gave may go anywhere, and outlives it.
class MediaStore {
 public:
  static constexpr size_t kFileSize = size_t{2} << 20;
  static constexpr size_t kInFileMin = size_t{24} * 1024;

  /// `bytes`, where they are to lie.
  SharedBytes Keep(SharedBytes bytes);

  /// The same for all `pieces` in a row, copied once.
  SharedBytes Join(std::span<const SharedBytes> pieces);

 private:
  std::span<uint8_t> Room(size_t size);

  std::shared_ptr<MemoryFile> file_;
  size_t used_ = 0;  // of the file
};

}  // namespace weir::hls

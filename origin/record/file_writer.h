#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "media/frame.h"
#include "media/media_time.h"

namespace weir::record {

/// Takes the frames of a recording into one file that is not finished yet.
///
/// Blocks. Thread: one at a time.
class FileWriter {
 public:
  FileWriter() = default;
  virtual ~FileWriter() = default;

  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  /// `track` counts the file's tracks; `shift` is added to the frame's times, which are not
  /// negative then. May be kept in memory until Flush.
  virtual Status Write(size_t track, const media::Frame& frame, MediaTime shift) = 0;

  /// What was written is the kernel's from here on: it outlives this program.
  virtual Status Flush() = 0;

  virtual uint64_t bytes() const = 0;
};

}  // namespace weir::record

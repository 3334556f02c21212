#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "formats/fmp4/fragment.h"
#include "formats/fmp4/fragment_reader.h"
#include "media/frame.h"
#include "media/track.h"
#include "origin/record/file_writer.h"

namespace weir::record {

/// Writes frames as fragmented MP4, by our own hand: what was flushed can be read back whatever
/// happens afterwards. The file that FFmpeg's muxer makes of it in the end is another one.
///
/// Times are kept in each track's timescale.
class FragmentWriter final : public FileWriter {
 public:
  /// `fd` is an empty file, and outlives it.
  FragmentWriter(int fd, std::vector<media::Track> tracks);

  Status Write(size_t track, const media::Frame& frame, MediaTime shift) override;
  Status Flush() override;

  uint64_t bytes() const override { return offset_; }

 private:
  struct Pending {
    media::Track track;
    uint64_t decode_time = 0;  // of the last sample
    fmp4::Fragment fragment;
  };

  Status Append(const std::vector<uint8_t>& bytes);

  const int fd_;
  std::vector<Pending> tracks_;
  uint64_t offset_ = 0;
  uint32_t sequence_ = 0;
};

/// Reads what FragmentWriter wrote, fragment by fragment, up to where it is cut off.
class FragmentFileReader {
 public:
  explicit FragmentFileReader(int fd) : fd_(fd) {}

  /// The samples of the next fragment, whose bytes are good until the next call; none at the end.
  /// kUnavailable: the disk fails.
  Result<std::vector<fmp4::SampleView>> Next();

 private:
  /// What stands at `offset`, all of it or nothing.
  Result<bool> ReadAt(uint64_t offset, size_t size, std::vector<uint8_t>& bytes) const;

  const int fd_;
  uint64_t offset_ = 0;
  std::vector<uint8_t> fragment_;
};

}  // namespace weir::record

#pragma once

#include <memory>
#include <vector>

#include "origin/record/av_muxer.h"
#include "origin/record/file_writer.h"

namespace weir::record {

/// Writes frames as MPEG-TS, which needs no finishing: what was flushed plays.
class TsWriter final : public FileWriter {
 public:
  /// `fd` is an empty file, and outlives it. kUnsupported: MPEG-TS has no place for such tracks.
  static Result<std::unique_ptr<TsWriter>> Open(int fd, const std::vector<media::Track>& tracks);

  Status Write(size_t track, const media::Frame& frame, MediaTime shift) override;
  Status Flush() override;

  uint64_t bytes() const override { return muxer_->bytes(); }

 private:
  explicit TsWriter(int fd) : output_(fd) {}

  FileOutput output_;
  std::unique_ptr<AvMuxer> muxer_;
};

}  // namespace weir::record

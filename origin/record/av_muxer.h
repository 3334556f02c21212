#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/track.h"
#include "origin/record/record_spec.h"

namespace weir::record {

/// Where a muxer's bytes go. Blocks.
class ByteOutput {
 public:
  virtual ~ByteOutput() = default;
  virtual Status WriteAt(uint64_t offset, std::span<const uint8_t> bytes) = 0;
};

/// Counts bytes, and forgets them.
class NullOutput final : public ByteOutput {
 public:
  Status WriteAt(uint64_t /*offset*/, std::span<const uint8_t> /*bytes*/) override { return {}; }
};

class FileOutput final : public ByteOutput {
 public:
  /// `fd` outlives it.
  explicit FileOutput(int fd) : fd_(fd) {}

  Status WriteAt(uint64_t offset, std::span<const uint8_t> bytes) override;

 private:
  const int fd_;
};

/// One access unit, with times in ticks of its track's clock: media::Track::timescale() for MP4,
/// 90 kHz for MPEG-TS.
struct Packet {
  size_t track = 0;
  int64_t dts = 0;
  int64_t pts = 0;
  int64_t duration = 0;
  bool key = false;
  std::span<const uint8_t> payload;  ///< Framed as media::CodecId says.
};

/// FFmpeg's muxers: the only place that knows libavformat.
///
/// Blocks as its output does. Thread: one at a time. Errors: kUnavailable, with what the output
/// said; kUnsupported, the tracks do not go into such a file.
class AvMuxer {
 public:
  struct Options {
    Container container = Container::kMp4;
    /// MP4: so much is left free at the front for the index, which goes to the end where this is 0.
    uint64_t index_room = 0;
    /// MP4: packets may come in any order, that of their tracks' clocks is kept within ten seconds.
    bool interleave = false;
  };

  /// `output` outlives it.
  static Result<std::unique_ptr<AvMuxer>> Open(const Options& options,
                                               const std::vector<media::Track>& tracks,
                                               ByteOutput& output);
  ~AvMuxer();

  AvMuxer(const AvMuxer&) = delete;
  AvMuxer& operator=(const AvMuxer&) = delete;

  Status Write(const Packet& packet);

  /// MPEG-TS: what was written is with the output afterwards.
  Status Flush();

  /// Writes what a file ends with. The last call.
  Status Close();

  uint64_t bytes() const;

  /// MP4, once closed: how large the index is.
  uint64_t index_bytes() const;

 private:
  struct State;
  explicit AvMuxer(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace weir::record

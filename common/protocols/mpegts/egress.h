#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/shared_bytes.h"
#include "formats/ts/stream_writer.h"
#include "media/frame.h"
#include "media/track.h"

namespace weir::mpegts {

/// Where the packets go: a datagram socket, an SRT connection, a TCP one. Calling it never calls
/// back.
class PacketOutput {
 public:
  virtual ~PacketOutput() = default;

  /// One or several whole packets of 188 bytes, all of one frame.
  virtual void Write(SharedBytes packets) = 0;

  /// What was written and has not left yet.
  virtual size_t unsent_bytes() const = 0;
};

/// Sends a stream as MPEG-TS: frames to packets, as the frames come.
///
/// Begins, and goes on after a loss, with a key frame where there is video. A receiver that is slow
/// loses frames down to the next key frame.
///
/// Thread: one.
class Egress {
 public:
  struct Stats {
    uint64_t written_bytes = 0;
    MediaTime sent_time{0};  ///< From the first frame to the last.
    uint64_t frames_dropped = 0;
  };

  /// As ts::StreamWriter::For. `output` outlives it; past `unsent_max` frames are dropped.
  static Result<Egress> For(std::vector<media::Track> tracks, PacketOutput& output,
                            size_t unsent_max);

  /// As ts::StreamWriter::Change.
  Status OnTracks(std::vector<media::Track> tracks);

  /// Frames of other tracks are left out.
  void OnFrame(const media::Frame& frame);

  /// Frames are missing here.
  void OnGap() { waiting_ = true; }

  const Stats& stats() const { return stats_; }

 private:
  Egress(std::vector<media::Track> tracks, ts::StreamWriter writer, PacketOutput& output,
         size_t unsent_max)
      : tracks_(std::move(tracks)),
        writer_(std::move(writer)),
        output_(&output),
        unsent_max_(unsent_max) {}

  const media::Track* Find(media::TrackId id) const;
  bool HasVideo() const;
  void Drop();

  std::vector<media::Track> tracks_;
  ts::StreamWriter writer_;
  PacketOutput* output_;
  size_t unsent_max_;
  bool waiting_ = true;            // for a key frame
  std::optional<MediaTime> base_;  // dts of what was sent first
  Stats stats_;
};

}  // namespace weir::mpegts

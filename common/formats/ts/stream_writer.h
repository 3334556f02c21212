#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "formats/ts/packet_writer.h"
#include "formats/ts/tables.h"
#include "formats/ts/unit_framer.h"
#include "media/frame.h"
#include "media/track.h"

namespace weir::ts {

/// A transport stream without an end (ISO/IEC 13818-1): one frame after another becomes a PES
/// packet, in the order they come. PAT and PMT stand before every key frame of the video and about
/// every 100 ms, and so does the clock where no frame of its own track bears it; both by the
/// frames' own time, and with some frame.
class StreamWriter {
 public:
  /// Whether it can carry `track`: H.264, H.265, Opus, and AAC that ADTS headers can describe.
  static bool CanCarry(const media::Track& track);

  /// kUnsupported or kMalformed: a track cannot be carried. `tracks` has one to eight, the first
  /// video among them, or else the first, bears the clock.
  static Result<StreamWriter> For(std::vector<media::Track> tracks);

  StreamWriter(StreamWriter&&) = default;
  StreamWriter& operator=(StreamWriter&&) = default;
  StreamWriter(const StreamWriter&) = delete;
  StreamWriter& operator=(const StreamWriter&) = delete;
  ~StreamWriter() = default;

  /// The same tracks with other configurations: the map gets a new version. As For.
  Status Change(std::vector<media::Track> tracks);

  /// Appends the packets of `frame`, which is of one of the tracks. kUnsupported: it cannot be
  /// carried, and nothing was appended.
  Status Write(const media::Frame& frame, std::vector<uint8_t>& out);

 private:
  /// One track, with the PID and the continuity counter that it keeps.
  struct Elementary {
    UnitFramer framer;
    media::TrackId track;
    uint16_t pid;
    uint8_t stream_type;
    std::vector<uint8_t> descriptors;
    int64_t counter;
  };

  StreamWriter() = default;

  Elementary* Find(media::TrackId track);
  void WriteTables(int64_t dts, std::vector<uint8_t>& out);
  void WriteClock(int64_t dts, std::vector<uint8_t>& out);

  std::vector<media::Track> tracks_;
  std::vector<Elementary> streams_;
  size_t clock_stream_ = 0;
  int64_t tables_counter_ = 0;
  unsigned map_version_ = 0;
  std::optional<int64_t> tables_at_;
  std::optional<int64_t> clock_at_;
  std::vector<uint8_t> payload_;  // of the frame under way
  std::vector<uint8_t> pes_;
};

}  // namespace weir::ts

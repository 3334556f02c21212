#pragma once

#include <cstdint>

namespace weir::rtmp {

/// Counters of one publisher's media, from the start of its publication.
struct IngestStats {
  uint64_t video_frames = 0;  ///< Passed on.
  uint64_t audio_frames = 0;
  uint64_t payload_bytes = 0;
  uint64_t empty = 0;           ///< Dropped: nothing in it.
  uint64_t broken = 0;          ///< Dropped: a tag or access unit that makes no sense.
  uint64_t unsupported = 0;     ///< Dropped: a codec or feature that is not taken in.
  uint64_t without_config = 0;  ///< Dropped: came before its codec's configuration.
  uint64_t not_held = 0;        ///< Dropped: came before the publication began, too many to hold.
  uint64_t config_changes = 0;  ///< Sequence headers and parameter sets that replaced others.
};

/// Counters of one connection.
struct SessionStats {
  uint64_t bytes_in = 0;
  uint64_t messages_in = 0;
  uint64_t commands_in = 0;
  IngestStats ingest;
};

}  // namespace weir::rtmp

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "protocols/rtmp/chunk_reader.h"
#include "protocols/rtmp/ingest_limits.h"

namespace weir::rtmp {

/// The limits that protect the server.
struct Options {
  /// Nothing came from the peer for this long, before it publishes. (OvenMediaEngine: 3 s.)
  std::chrono::milliseconds silence_before_publish{5'000};
  /// From the first byte to a publish command, however busy the peer was meanwhile.
  std::chrono::milliseconds setup_patience{30'000};
  /// How long the gate may take to let a publisher in.
  std::chrono::milliseconds gate_patience{30'000};
  /// How long a publisher that may pause (ProviderOptions) may be silent when it is asked whether
  /// it is still there.
  std::chrono::milliseconds ping_patience{30'000};

  uint32_t chunk_size = 60'000;               ///< Of what this server sends.
  uint32_t window_size = 2'500'000;           ///< Acknowledgement window announced to the peer.
  size_t command_size_max = size_t{1} << 20;  ///< Bytes of a command or of metadata.
  ChunkLimits chunks;
  IngestLimits ingest;
};

}  // namespace weir::rtmp

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "config/node.h"
#include "protocols/rtmp/chunk_reader.h"
#include "protocols/rtmp/ingest_limits.h"

namespace weir::rtmp {

/// What an operator may set, and the limits that protect the server.
struct Options {
  /// Nothing came from the peer for this long, before it publishes. (OvenMediaEngine: 3 s.)
  std::chrono::milliseconds silence_before_publish{5'000};
  /// From the first byte to a publish command, however busy the peer was meanwhile.
  std::chrono::milliseconds setup_patience{30'000};
  /// How long the gate may take to let a publisher in.
  std::chrono::milliseconds gate_patience{30'000};
  /// <PacketSilenceTimeoutMs>: nothing came from a publisher for this long. 0, the default as with
  /// OvenMediaEngine, lets it pause as long as it likes: it is pinged when half of ping_patience is
  /// over, and ends when that is over without a byte from it, as a dead connection.
  std::chrono::milliseconds packet_silence{0};
  std::chrono::milliseconds ping_patience{30'000};

  uint32_t chunk_size = 60'000;               ///< Of what this server sends.
  uint32_t window_size = 2'500'000;           ///< Acknowledgement window announced to the peer.
  size_t command_size_max = size_t{1} << 20;  ///< Bytes of a command or of metadata.
  ChunkLimits chunks;
  IngestLimits ingest;
};

/// Reads an application's <Providers><RTMP>. Elements it does not know stay unasked for.
Result<Options> ReadOptions(const config::Node& node);

}  // namespace weir::rtmp

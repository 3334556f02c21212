#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "config/node.h"

namespace weir::relay {

/// Settings of the relay, the same at both ends. Read from <Weir><Relay>.
struct Options {
  /// Shared by all nodes of an installation. Empty: only loopback peers are talked to. Never log
  /// it.
  std::string secret;
  /// Names this node in logs and statistics of its peers.
  std::string node;

  // Origin side.
  size_t queue_bytes = size_t{8} << 20;   ///< Per subscription, in front of the connection.
  int queue_segments = 2;                 ///< The same in segments: whichever is reached first.
  size_t start_bytes = size_t{64} << 20;  ///< More of the same, until the backlog has been sent.
  size_t connection_bytes = size_t{512} << 20;  ///< All queues of one connection together.
  size_t unsent_mark = size_t{1} << 20;         ///< Nothing more is given to the driver above this.
  size_t channels_max = 4096;                   ///< Streams on one connection.

  // Edge side.
  int64_t window_bytes = int64_t{8} << 20;  ///< Credit of a stream: sent and not yet consumed.

  // Both.
  size_t control_max = size_t{1} << 20;  ///< Bytes of a control message.
  size_t frame_max = size_t{32} << 20;   ///< Payload bytes of a frame.
  Clock::duration handshake_patience = std::chrono::seconds(5);
};

/// Reads `node`, the <Relay> element: Secret, Node, QueueBytes, QueueSegments, StartBytes,
/// ConnectionBytes, WindowBytes, ChannelsMax, HandshakeTimeout (ms).
Result<Options> ReadOptions(const config::Node& node);

}  // namespace weir::relay

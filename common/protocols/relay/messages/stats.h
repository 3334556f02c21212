#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir::relay {

/// Who watches one stream at an edge. Sent up every two seconds on the stream's channel.
struct StreamStats {
  struct Protocol {
    std::string name;       ///< "hls", "webrtc", "relay"
    int64_t viewers = 0;    ///< Now.
    int64_t bytes_out = 0;  ///< Since the stream was opened at the edge.

    bool operator==(const Protocol&) const = default;
  };

  std::vector<Protocol> protocols;  ///< 32 at most.

  bool operator==(const StreamStats&) const = default;
};

std::vector<uint8_t> Encode(const StreamStats& message);
Result<StreamStats> DecodeStreamStats(std::span<const uint8_t> body);

}  // namespace weir::relay

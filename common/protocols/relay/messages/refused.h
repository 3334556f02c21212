#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir::relay {

/// Why the origin does not talk to this edge. The same in every version of the protocol.
struct Refused {
  std::string reason;  ///< One clause, for the edge's log.

  bool operator==(const Refused&) const = default;
};

std::vector<uint8_t> Encode(const Refused& message);
Result<Refused> DecodeRefused(std::span<const uint8_t> body);

}  // namespace weir::relay

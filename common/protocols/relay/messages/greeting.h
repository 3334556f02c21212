#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "protocols/relay/proof.h"

namespace weir::relay {

/// Body of hello and challenge: who speaks, and its half of what is to be proved over.
///
/// What a later version can do besides it says in keys of its own, which this one leaves unread.
struct Greeting {
  std::string node;  ///< 255 bytes at most.
  Nonce nonce{};
  bool knows_viewers = false;  ///< Of an edge: it answers what messages/viewers.h has.

  bool operator==(const Greeting&) const = default;
};

std::vector<uint8_t> Encode(const Greeting& message);
Result<Greeting> DecodeGreeting(std::span<const uint8_t> body);

}  // namespace weir::relay

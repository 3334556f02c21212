#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "protocols/relay/proof.h"

namespace weir::relay {

/// Body of proof (the edge's) and accept (the origin's).
struct ProofMessage {
  Proof proof{};

  bool operator==(const ProofMessage&) const = default;
};

std::vector<uint8_t> Encode(const ProofMessage& message);
Result<ProofMessage> DecodeProofMessage(std::span<const uint8_t> body);

}  // namespace weir::relay

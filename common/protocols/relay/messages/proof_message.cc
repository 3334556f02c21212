#include "protocols/relay/messages/proof_message.h"

#include <algorithm>

#include "protocols/relay/packing.h"

namespace weir::relay {

std::vector<uint8_t> Encode(const ProofMessage& message) {
  MapWriter map;
  map.Bytes("proof", message.proof);
  return map.Finish();
}

Result<ProofMessage> DecodeProofMessage(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  const MapReader map = document->root();
  ProofMessage message;
  const std::vector<uint8_t> proof = map.Bytes("proof", message.proof.size());
  if (proof.size() != message.proof.size()) map.Reject("proof", "is not 32 bytes");
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  std::ranges::copy(proof, message.proof.begin());
  return message;
}

}  // namespace weir::relay

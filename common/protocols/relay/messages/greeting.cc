#include "protocols/relay/messages/greeting.h"

#include <algorithm>

#include "protocols/relay/packing.h"

namespace weir::relay {

std::vector<uint8_t> Encode(const Greeting& message) {
  MapWriter map;
  map.Text("node", message.node);
  map.Bytes("nonce", message.nonce);
  if (message.knows_viewers) map.Integer("viewers", 1);
  return map.Finish();
}

Result<Greeting> DecodeGreeting(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  const MapReader map = document->root();
  Greeting message{.node = map.Text("node", 255), .knows_viewers = map.Integer("viewers", 0) >= 1};
  const std::vector<uint8_t> nonce = map.Bytes("nonce", message.nonce.size());
  if (nonce.size() != message.nonce.size()) map.Reject("nonce", "is not 32 bytes");
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  std::ranges::copy(nonce, message.nonce.begin());
  return message;
}

}  // namespace weir::relay

#include "protocols/relay/messages/refused.h"

#include "protocols/relay/packing.h"

namespace weir::relay {

std::vector<uint8_t> Encode(const Refused& message) {
  MapWriter map;
  map.Text("reason", message.reason);
  return map.Finish();
}

Result<Refused> DecodeRefused(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  Refused message{.reason = document->root().Text("reason", 1024)};
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  return message;
}

}  // namespace weir::relay

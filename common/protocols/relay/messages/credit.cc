#include "protocols/relay/messages/credit.h"

#include "protocols/relay/packing.h"

namespace weir::relay {

std::vector<uint8_t> Encode(const Credit& message) {
  MapWriter map;
  map.Integer("bytes", message.bytes);
  return map.Finish();
}

Result<Credit> DecodeCredit(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  const MapReader map = document->root();
  const Credit message{.bytes = map.Integer("bytes", 0, 1, kCreditMax)};
  if (message.bytes == 0) map.Reject("bytes", "is missing");
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  return message;
}

}  // namespace weir::relay

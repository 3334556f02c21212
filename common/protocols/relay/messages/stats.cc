#include "protocols/relay/messages/stats.h"

#include <utility>

#include "protocols/relay/packing.h"

namespace weir::relay {
namespace {

constexpr size_t kProtocolsMax = 32;

}  // namespace

std::vector<uint8_t> Encode(const StreamStats& message) {
  std::vector<MapWriter> list;
  for (const StreamStats::Protocol& protocol : message.protocols) {
    if (list.size() == kProtocolsMax) break;
    MapWriter entry;
    entry.Text("name", protocol.name);
    entry.Integer("viewers", protocol.viewers);
    entry.Integer("bytes", protocol.bytes_out);
    list.push_back(std::move(entry));
  }
  MapWriter map;
  map.List("protocols", list);
  return map.Finish();
}

Result<StreamStats> DecodeStreamStats(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  StreamStats message;
  for (const MapReader& entry : document->root().List("protocols", kProtocolsMax))
    message.protocols.push_back({.name = entry.Text("name", 64),
                                 .viewers = entry.Integer("viewers", 0, 0),
                                 .bytes_out = entry.Integer("bytes", 0, 0)});
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  return message;
}

}  // namespace weir::relay

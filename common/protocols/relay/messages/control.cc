#include "protocols/relay/messages/control.h"

#include <string_view>

#include "protocols/relay/packing.h"

namespace weir::relay {
namespace {

constexpr size_t kReasonMax = 1024;

constexpr std::string_view NameOf(ControlMessage::Action action) {
  return action == ControlMessage::Action::kConclude ? "conclude" : "end-viewers";
}

}  // namespace

std::vector<uint8_t> Encode(const ControlMessage& message) {
  MapWriter map;
  map.Text("action", NameOf(message.action));
  map.Text("reason", std::string_view(message.reason).substr(0, kReasonMax));
  return map.Finish();
}

Result<std::optional<ControlMessage>> DecodeControlMessage(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  const MapReader map = document->root();
  const std::string name = map.Text("action", 64);
  ControlMessage message{.reason = map.Text("reason", kReasonMax)};
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  for (const ControlMessage::Action action :
       {ControlMessage::Action::kEndViewers, ControlMessage::Action::kConclude}) {
    if (name != NameOf(action)) continue;
    message.action = action;
    return std::optional(message);
  }
  return std::optional<ControlMessage>();
}

}  // namespace weir::relay

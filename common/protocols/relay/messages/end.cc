#include "protocols/relay/messages/end.h"

#include <string_view>

#include "protocols/relay/packing.h"

namespace weir::relay {
namespace {

using media::EndReason;

constexpr std::string_view NameOf(Retry retry) {
  switch (retry) {
    case Retry::kNow:
      return "now";
    case Retry::kLater:
      return "later";
    case Retry::kNever:
      return "never";
  }
  return "later";
}

EndReason ReasonFor(std::string_view retry) {
  if (retry == NameOf(Retry::kNow)) return EndReason::kLost;
  if (retry == NameOf(Retry::kNever)) return EndReason::kRefused;
  return EndReason::kFinished;
}

}  // namespace

Retry RetryAfter(EndReason reason) {
  switch (reason) {
    case EndReason::kLost:
    case EndReason::kMoved:
      return Retry::kNow;
    case EndReason::kFinished:
    case EndReason::kNotFound:
    case EndReason::kStopped:
      return Retry::kLater;
    case EndReason::kConcluded:
    case EndReason::kRefused:
      return Retry::kNever;
  }
  return Retry::kLater;
}

std::vector<uint8_t> Encode(const End& message) {
  MapWriter map;
  map.Text("reason", NameOf(message.reason));
  map.Text("retry", NameOf(RetryAfter(message.reason)));
  return map.Finish();
}

Result<End> DecodeEnd(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  const MapReader map = document->root();
  const std::string name = map.Text("reason", 64);
  End message{.reason = ReasonFor(map.Text("retry", 16))};
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  for (const EndReason reason :
       {EndReason::kFinished, EndReason::kLost, EndReason::kConcluded, EndReason::kMoved,
        EndReason::kRefused, EndReason::kNotFound, EndReason::kStopped})
    if (name == NameOf(reason)) message.reason = reason;
  return message;
}

}  // namespace weir::relay

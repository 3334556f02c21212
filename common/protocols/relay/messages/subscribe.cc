#include "protocols/relay/messages/subscribe.h"

#include <string_view>

#include "protocols/relay/messages/credit.h"
#include "protocols/relay/packing.h"

namespace weir::relay {
namespace {

constexpr size_t kNameMax = 255;
constexpr int64_t kSegmentsBackMax = 1000;

constexpr std::string_view NameOf(Subscribe::Start start) {
  switch (start) {
    case Subscribe::Start::kNextSegment:
      return "next";
    case Subscribe::Start::kSegmentsBack:
      return "back";
    case Subscribe::Start::kAfterSegment:
      return "after";
  }
  return "next";
}

Subscribe::Start ReadStart(const MapReader& map) {
  const std::string name = map.Text("start", 16);
  for (const Subscribe::Start start :
       {Subscribe::Start::kNextSegment, Subscribe::Start::kSegmentsBack,
        Subscribe::Start::kAfterSegment})
    if (name == NameOf(start)) return start;
  map.Reject("start", "is not next, back or after");
  return Subscribe::Start::kNextSegment;
}

}  // namespace

std::vector<uint8_t> Encode(const Subscribe& message) {
  MapWriter map;
  map.Text("vhost", message.path.vhost);
  map.Text("app", message.path.app);
  map.Text("stream", message.path.name);
  map.Text("start", NameOf(message.start));
  map.Integer("number", message.number);
  map.Integer("credit", message.credit);
  return map.Finish();
}

Result<Subscribe> DecodeSubscribe(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  const MapReader map = document->root();
  Subscribe message{.path = {.vhost = map.Text("vhost", kNameMax),
                             .app = map.Text("app", kNameMax),
                             .name = map.Text("stream", kNameMax)},
                    .start = ReadStart(map)};
  const bool back = message.start == Subscribe::Start::kSegmentsBack;
  message.number = back ? map.Integer("number", 0, 0, kSegmentsBackMax) : map.Integer("number", 0);
  message.credit = map.Integer("credit", 0, 0, kCreditMax);
  if (message.path.vhost.empty() || message.path.app.empty() || message.path.name.empty())
    map.Reject("stream", "has no full path");
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  return message;
}

}  // namespace weir::relay

#include "protocols/relay/messages/events.h"

#include <chrono>
#include <limits>
#include <optional>
#include <string>

#include "protocols/relay/packing.h"

namespace weir::relay {
namespace {

using media::Event;

constexpr int64_t kU32Max = std::numeric_limits<uint32_t>::max();
constexpr int64_t kDurationMax = int64_t{1} << 40;  // ms
constexpr int64_t kStartMax = std::chrono::microseconds(std::chrono::years(8'000)).count();

MapWriter Write(const Event& event) {
  MapWriter map;
  map.Text("kind", NameOf(event.kind));
  map.Integer("target", static_cast<int64_t>(event.target));
  map.Integer("id", event.id);
  if (!event.payload.empty()) map.Bytes("payload", event.payload.view());
  if (event.kind != Event::Kind::kCue && event.kind != Event::Kind::kScte35) return map;
  map.Integer("out", event.out ? 1 : 0);
  map.Integer("duration", event.duration.count());
  if (event.kind == Event::Kind::kCue) return map;
  map.Integer("splice_id", event.splice_id);
  map.Integer("auto_return", event.auto_return ? 1 : 0);
  map.Integer("start", event.start.time_since_epoch().count());
  return map;
}

std::optional<Event::Kind> ReadKind(const MapReader& map) {
  const std::string name = map.Text("kind", 32);
  for (const Event::Kind kind : {Event::Kind::kId3, Event::Kind::kCue, Event::Kind::kScte35,
                                 Event::Kind::kAmf, Event::Kind::kConclude})
    if (name == NameOf(kind)) return kind;
  return std::nullopt;
}

Event Read(const MapReader& map, Event::Kind kind) {
  return {.kind = kind,
          .target = static_cast<Event::Target>(map.Integer("target", 0, 0, 2)),
          .id = static_cast<uint32_t>(map.Integer("id", 0, 0, kU32Max)),
          .payload = SharedBytes(map.Bytes("payload", Event::kPayloadMax)),
          .out = map.Integer("out", 0, 0, 1) != 0,
          .duration = std::chrono::milliseconds(map.Integer("duration", 0, 0, kDurationMax)),
          .splice_id = static_cast<uint32_t>(map.Integer("splice_id", 0, 0, kU32Max)),
          .auto_return = map.Integer("auto_return", 0, 0, 1) != 0,
          .start = UtcTime(std::chrono::microseconds(map.Integer("start", 0, 0, kStartMax)))};
}

}  // namespace

std::vector<uint8_t> Encode(media::TrackId track, const media::EventList& events) {
  std::vector<MapWriter> list;
  for (const Event& event : events)
    list.push_back(Write(event));
  MapWriter map;
  map.Integer("track", track);
  map.List("events", list);
  return map.Finish();
}

Result<FrameEvents> DecodeFrameEvents(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  const MapReader map = document->root();
  FrameEvents message{.track = static_cast<media::TrackId>(map.Integer("track", 0, 0, kU32Max)),
                      .events = {}};
  for (const MapReader& entry : map.List("events", media::kEventsPerFrameMax)) {
    if (const auto kind = ReadKind(entry)) message.events.push_back(Read(entry, *kind));
  }
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  return message;
}

}  // namespace weir::relay

#include "protocols/relay/messages/viewers.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "protocols/relay/packing.h"

namespace weir::relay {
namespace {

constexpr size_t kNameMax = 255;
constexpr size_t kIdMax = 64;
constexpr size_t kTextMax = 1024;

void Write(const stream::StreamPath& path, MapWriter& map) {
  map.Text("vhost", path.vhost);
  map.Text("app", path.app);
  map.Text("name", path.name);
}

void Write(const ViewerChoice& choice, MapWriter& map) {
  Write(stream::StreamPath{.vhost = choice.vhost, .app = choice.app, .name = choice.name}, map);
  std::vector<MapWriter> ids(std::min(choice.ids.size(), kViewersMax));
  for (size_t i = 0; i < ids.size(); ++i)
    ids[i].Text("id", std::string_view(choice.ids[i]).substr(0, kIdMax));
  map.List("ids", ids);
}

stream::StreamPath ReadPath(const MapReader& map) {
  return {.vhost = map.Text("vhost", kNameMax),
          .app = map.Text("app", kNameMax),
          .name = map.Text("name", kNameMax)};
}

ViewerChoice ReadChoice(const MapReader& map) {
  stream::StreamPath path = ReadPath(map);
  ViewerChoice choice{
      .vhost = std::move(path.vhost), .app = std::move(path.app), .name = std::move(path.name)};
  for (const MapReader& entry : map.List("ids", kViewersMax))
    choice.ids.push_back(entry.Text("id", kIdMax));
  return choice;
}

MapWriter Packed(const ViewerRecord& viewer) {
  MapWriter map;
  map.Text("id", viewer.id);
  Write(viewer.path, map);
  map.Text("protocol", viewer.protocol);
  map.Text("address", viewer.address);
  map.Text("agent", std::string_view(viewer.user_agent).substr(0, kTextMax));
  map.Integer("created", viewer.created_ms);
  map.Integer("idle", viewer.idle_ms);
  map.Integer("requests", viewer.requests);
  map.Integer("bytes", viewer.bytes_out);
  return map;
}

ViewerRecord ReadViewer(const MapReader& map) {
  return {.id = map.Text("id", kIdMax),
          .path = ReadPath(map),
          .protocol = map.Text("protocol", kIdMax),
          .address = map.Text("address", kIdMax),
          .user_agent = map.Text("agent", kTextMax),
          .created_ms = map.Integer("created", 0, 0),
          .idle_ms = map.Integer("idle", 0, 0),
          .requests = map.Integer("requests", 0, 0),
          .bytes_out = map.Integer("bytes", 0, 0)};
}

/// Reads a whole message: `read` takes its map.
template <class Message, class Read>
Result<Message> Decode(std::span<const uint8_t> body, const Read& read) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  Message message = read(document->root());
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  return message;
}

}  // namespace

std::vector<uint8_t> Encode(const FindViewers& message) {
  MapWriter map;
  map.Integer("ask", message.ask);
  Write(message.choice, map);
  map.Text("after", message.after);
  map.Integer("limit", message.limit);
  return map.Finish();
}

std::vector<uint8_t> Encode(const EndViewers& message) {
  MapWriter map;
  map.Integer("ask", message.ask);
  Write(message.choice, map);
  map.Text("reason", std::string_view(message.reason).substr(0, kTextMax));
  return map.Finish();
}

std::vector<uint8_t> Encode(const ViewersPage& message) {
  MapWriter map;
  map.Integer("ask", message.ask);
  std::vector<MapWriter> viewers;
  for (const ViewerRecord& viewer : message.viewers) {
    if (viewers.size() == kViewersMax) break;
    viewers.push_back(Packed(viewer));
  }
  map.List("viewers", viewers);
  map.Text("last", message.last);
  return map.Finish();
}

std::vector<uint8_t> Encode(const ViewersEnded& message) {
  MapWriter map;
  map.Integer("ask", message.ask);
  map.Integer("count", message.count);
  return map.Finish();
}

Result<FindViewers> DecodeFindViewers(std::span<const uint8_t> body) {
  return Decode<FindViewers>(body, [](const MapReader& map) {
    return FindViewers{.ask = map.Integer("ask", 0),
                       .choice = ReadChoice(map),
                       .after = map.Text("after", kIdMax),
                       .limit = map.Integer("limit", 1, 1, kViewersMax)};
  });
}

Result<EndViewers> DecodeEndViewers(std::span<const uint8_t> body) {
  return Decode<EndViewers>(body, [](const MapReader& map) {
    return EndViewers{.ask = map.Integer("ask", 0),
                      .choice = ReadChoice(map),
                      .reason = map.Text("reason", kTextMax)};
  });
}

Result<ViewersPage> DecodeViewersPage(std::span<const uint8_t> body) {
  return Decode<ViewersPage>(body, [](const MapReader& map) {
    ViewersPage page{.ask = map.Integer("ask", 0), .last = map.Text("last", kIdMax)};
    for (const MapReader& viewer : map.List("viewers", kViewersMax))
      page.viewers.push_back(ReadViewer(viewer));
    return page;
  });
}

Result<ViewersEnded> DecodeViewersEnded(std::span<const uint8_t> body) {
  return Decode<ViewersEnded>(body, [](const MapReader& map) {
    return ViewersEnded{.ask = map.Integer("ask", 0), .count = map.Integer("count", 0, 0)};
  });
}

}  // namespace weir::relay

#include "origin/events/event_reader.h"

#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "crypto/random.h"
#include "formats/id3/tag.h"
#include "origin/events/amf_event.h"

namespace weir::origin {
namespace {

using media::Event;
using nlohmann::json;
using ReadResult = Result<std::optional<Event>>;

constexpr int64_t kDurationMax = std::numeric_limits<uint32_t>::max();  // ms

tl::unexpected<Error> Refuse(std::string text) {
  return Fail(ErrorCode::kMalformed, std::move(text));
}

tl::unexpected<Error> RefuseData() {
  return Refuse("Could not make events data");
}

/// The member of that name where it is a string; null else.
const std::string* TextOf(const json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get_ptr<const std::string*>()
                                                     : nullptr;
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

/// A whole number from 0 to `max`, or what is said where there is none.
std::optional<int64_t> NumberOf(const json& object, const char* name, int64_t max,
                                std::optional<int64_t> absent) {
  const auto found = object.find(name);
  if (found == object.end()) return absent;
  if (!found->is_number_integer()) return std::nullopt;
  if (found->is_number_unsigned() && found->get<uint64_t>() > static_cast<uint64_t>(max))
    return std::nullopt;
  const auto number = found->get<int64_t>();
  return number >= 0 && number <= max ? std::optional(number) : std::nullopt;
}

Result<Event::Target> ReadTarget(const json& body, Event::Target usual) {
  const char* const name = body.contains("eventType") ? "eventType" : "eventTarget";
  if (!body.contains(name)) return usual;
  const std::string* text = TextOf(body, name);
  if (text == nullptr) return Refuse("eventType must be string");
  const std::string type = Lower(*text);
  if (type == "event") return Event::Target::kAll;
  if (type == "video") return Event::Target::kVideo;
  if (type == "audio") return Event::Target::kAudio;
  return Refuse(fmt::format("eventType is not supported: [{}]", *text));
}

ReadResult ReadId3(const json& events, Event::Target target) {
  std::vector<id3::Frame> frames;
  size_t size = 0;
  for (const json& one : events) {
    const std::string* type = TextOf(one, "frameType");
    if (type == nullptr) return Refuse("frameType is required in events");
    if (!id3::IsKnown(*type)) return Refuse(fmt::format("frameType is not supported: [{}]", *type));
    id3::Frame frame{.id = *type};
    for (const auto& [name, member] : {std::pair("info", &frame.info), {"data", &frame.data}}) {
      if (!one.contains(name)) continue;
      const std::string* text = TextOf(one, name);
      if (text == nullptr) return RefuseData();
      *member = *text;
      size += text->size();
    }
    if (size > Event::kPayloadMax) return RefuseData();
    frames.push_back(std::move(frame));
  }
  SharedBytes tag(id3::WriteTag(frames));
  if (tag.size() > Event::kPayloadMax) return RefuseData();
  return Event{.kind = Event::Kind::kId3, .target = target, .payload = std::move(tag)};
}

ReadResult ReadCue(const json& cue) {
  const std::string* type = TextOf(cue, "cueType");
  if (type == nullptr) return Refuse("cueType is required in events");
  const auto duration = NumberOf(cue, "duration", kDurationMax, 0);
  if (!duration) return RefuseData();
  const std::string name = Lower(*type);
  if (name == "cont") return std::nullopt;  // playlists do not say it
  if (name != "out" && name != "in")
    return Refuse(fmt::format("cueType is not supported: [{}]", *type));
  return Event{.kind = Event::Kind::kCue,
               .out = name == "out",
               .duration = std::chrono::milliseconds(*duration)};
}

ReadResult ReadSplice(const json& splice) {
  if (splice.contains("spliceCommand")) {
    const std::string* command = TextOf(splice, "spliceCommand");
    if (command == nullptr || Lower(*command) != "spliceinsert")
      return Refuse("Now only spliceInsert is supported");
  }
  const auto any = static_cast<uint32_t>(crypto::RandomU64());
  const auto id = NumberOf(splice, "id", std::numeric_limits<uint32_t>::max(), any);
  if (!id) return Refuse("id is required in events");
  const std::string* type = TextOf(splice, "type");
  if (type == nullptr) return Refuse("type is required in events");
  const std::string name = Lower(*type);
  if (name != "out" && name != "in") return Refuse("type must be 'out' or 'in'");
  const auto duration = NumberOf(splice, "duration", kDurationMax, 0);
  const json auto_return = splice.value("autoReturn", json(false));
  if (!duration || !auto_return.is_boolean()) return RefuseData();
  return Event{.kind = Event::Kind::kScte35,
               .out = name == "out",
               .duration = std::chrono::milliseconds(*duration),
               .splice_id = static_cast<uint32_t>(*id),
               .auto_return = auto_return.get<bool>()};
}

ReadResult ReadSei(const json& sei, UtcTime now) {
  if (sei.contains("seiType")) {
    const std::string* type = TextOf(sei, "seiType");
    if (type == nullptr || *type != "UserDataUnregistered")
      return Refuse("Unknown seiType or Invalid format");
  }
  if (sei.contains("data") && TextOf(sei, "data") == nullptr)
    return Refuse("Unknown seiType or Invalid format");
  const std::string* data = TextOf(sei, "data");
  SharedBytes text(data == nullptr ? std::string() : WithEpochTime(*data, now));
  if (text.size() > Event::kPayloadMax) return RefuseData();
  return Event{
      .kind = Event::Kind::kSei, .target = Event::Target::kVideo, .payload = std::move(text)};
}

ReadResult ReadAmf(const json& amf, UtcTime now) {
  auto values = ReadAmfEvent(amf, now);
  if (!values) return tl::unexpected(values.error());
  if (values->size() > Event::kPayloadMax) return RefuseData();
  return Event{.kind = Event::Kind::kAmf, .payload = SharedBytes(*std::move(values))};
}

}  // namespace

ReadResult ReadEvent(const json& body, UtcTime now) {
  const std::string* name = TextOf(body, "eventFormat");
  const auto events = body.is_object() ? body.find("events") : body.end();
  if (name == nullptr || events == body.end() || !events->is_array() || events->empty())
    return Refuse("eventFormat(string) and events(array) are required");
  const std::string format = Lower(*name);
  const auto target = ReadTarget(body, Event::Target::kAll);
  if (!target) return tl::unexpected(target.error());
  const json& first = events->front();
  if (!first.is_object()) return RefuseData();
  if (format == "id3v2") return ReadId3(*events, *target);
  if (format == "cue") return ReadCue(first);
  if (format == "scte35") return ReadSplice(first);
  if (format == "sei") return ReadSei(first, now);
  if (format == "amf") return ReadAmf(first, now);
  return Refuse(fmt::format("eventFormat is not supported: [{}]", *name));
}

}  // namespace weir::origin

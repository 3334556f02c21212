#include "origin/events/event_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/document.h"
#include "origin/events/event_reader.h"
#include "service/letters.h"

namespace weir::origin {
namespace {

using config::Node;
using nlohmann::json;

enum class Form { kText, kNumber, kFlag, kData };

/// A child of <Values>, and what it is called in a sendEvent call.
struct Value {
  std::string_view format;
  std::string_view element;
  const char* member;
  Form form = Form::kText;
};

constexpr std::array kValues{
    Value{"id3v2", "FrameType", "frameType"},
    Value{"id3v2", "Info", "info"},
    Value{"id3v2", "Data", "data"},
    Value{"cue", "CueType", "cueType"},
    Value{"cue", "Duration", "duration", Form::kNumber},
    Value{"scte35", "SpliceCommand", "spliceCommand"},
    Value{"scte35", "Id", "id", Form::kNumber},
    Value{"scte35", "Type", "type"},
    Value{"scte35", "Duration", "duration", Form::kNumber},
    Value{"scte35", "AutoReturn", "autoReturn", Form::kFlag},
    Value{"sei", "SeiType", "seiType"},
    Value{"sei", "Data", "data"},
    Value{"amf", "AmfType", "amfType"},
    Value{"amf", "Data", "data", Form::kData},
    Value{"amf", "Version", "version"},
    Value{"amf", "PreRollTimeSec", "preRollTimeSec", Form::kNumber},
    Value{"amf", "CuePointStart", "cuePointStart", Form::kFlag},
    Value{"amf", "BreakDurationSec", "breakDurationSec", Form::kNumber},
    Value{"amf", "SpliceEventId", "spliceEventId", Form::kNumber},
};

constexpr std::string_view kKeyFrameOnly = "KeyframeOnly";

/// Any time in thirteen digits: what is sound then stays so.
constexpr UtcTime kSomeTime{std::chrono::milliseconds(1'700'000'000'000)};

Result<json> NumberOf(const Node& node) {
  const std::string text = node.text();
  if (const auto whole = ReadNumber<int64_t>(text)) return json(*whole);
  const auto number = ReadNumber<double>(text);
  if (!number || !std::isfinite(*number))
    return node.Wrong(fmt::format("'{}' is not a number", text));
  return json(*number);
}

Result<json> FlagOf(const Node& node) {
  const std::string text = node.text();
  if (text != "true" && text != "false")
    return node.Wrong(fmt::format("'{}' is neither true nor false", text));
  return json(text == "true");
}

/// A value of the type that its attribute says.
Result<json> TypedValue(const Node& node) {
  if (!node.elements().empty()) return node.Wrong("it holds elements, and can only hold a value");
  const std::string type = node.Attribute("type");
  if (type.empty() || type == "string") return json(node.text());
  if (type == "double") return NumberOf(node);
  if (type == "boolean") return FlagOf(node);
  return node.Wrong(fmt::format("its type '{}' is none of string, double and boolean", type));
}

/// One value, or several by their names.
Result<json> DataOf(const Node& node) {
  const std::vector<const Node*> members = node.elements();
  if (members.empty()) return TypedValue(node);
  json object = json::object();
  for (const Node* member : members) {
    Result<json> value = TypedValue(*member);
    if (!value) return value;
    object[std::string(member->name())] = *std::move(value);
  }
  return object;
}

Result<json> Read(const Node& node, Form form) {
  switch (form) {
    case Form::kNumber:
      return NumberOf(node);
    case Form::kFlag:
      return FlagOf(node);
    case Form::kData:
      return DataOf(node);
    case Form::kText:
      break;
  }
  return json(node.text());
}

/// The element of `events` that <Values> stands for.
Result<json> ReadValues(const Node& values, std::string_view format) {
  json object = json::object();
  for (const Node* child : values.elements()) {
    if (format == "sei" && child->name() == kKeyFrameOnly) continue;
    const auto known = std::find_if(kValues.begin(), kValues.end(), [&](const Value& value) {
      return value.format == format && value.element == child->name();
    });
    if (known == kValues.end())
      return child->Wrong(fmt::format("an event of the format '{}' has no such value", format));
    Result<json> value = Read(*child, known->form);
    if (!value) return value;
    object[known->member] = *std::move(value);
  }
  return object;
}

std::string TextOf(const Node& event, std::string_view name) {
  const Node* const child = event.Child(name);
  return child == nullptr ? std::string() : child->text();
}

Status CheckNames(const Node& event) {
  constexpr std::array<std::string_view, 7> kNames{
      "Enable", "SourceStreamName", "Interval", "EventFormat", "EventType", "Urgent", "Values"};
  for (const Node* child : event.elements()) {
    if (std::find(kNames.begin(), kNames.end(), child->name()) == kNames.end())
      return child->Wrong("it is not a known element");
  }
  return {};
}

/// As a sendEvent call has it.
Result<json> ReadBody(const Node& event, const Node& values) {
  const auto urgent = event.Flag("Urgent", false);
  if (!urgent) return tl::unexpected(urgent.error());
  std::string format = service::LowerCase(TextOf(event, "EventFormat"));
  if (format == "id3") format = "id3v2";
  Result<json> value = ReadValues(values, format);
  if (!value) return value;
  json body{{"eventFormat", format}};
  if (const std::string type = TextOf(event, "EventType"); !type.empty()) body["eventType"] = type;
  body["events"] = json::array({*std::move(value)});
  if (const auto sound = ReadEvent(body, kSomeTime); !sound)
    return event.Wrong(sound.error().detail);
  return body;
}

Result<PeriodicEvent> ReadOne(const Node& event) {
  if (Status known = CheckNames(event); !known) return tl::unexpected(known.error());
  PeriodicEvent read;
  read.stream_name = TextOf(event, "SourceStreamName");
  const Node* const values = event.Child("Values");
  if (read.stream_name.empty() || values == nullptr || event.Child("Interval") == nullptr ||
      event.Child("EventFormat") == nullptr)
    return event.Wrong("it needs a SourceStreamName, an Interval, an EventFormat and Values");
  const auto interval = event.Integer("Interval", 0, kIntervalMin.count(), kIntervalMax.count());
  if (!interval) return tl::unexpected(interval.error());
  read.interval = std::chrono::milliseconds(*interval);
  const auto key_frame_only = values->Flag(kKeyFrameOnly, false);
  if (!key_frame_only) return tl::unexpected(key_frame_only.error());
  read.key_frame_only = *key_frame_only;
  Result<json> body = ReadBody(event, *values);
  if (!body) return tl::unexpected(body.error());
  read.body = *std::move(body);
  return read;
}

}  // namespace

Result<std::vector<PeriodicEvent>> ReadEventInfo(const Node& root) {
  if (root.name() != "EventInfo") return root.Wrong("a file of events has EventInfo as its root");
  std::vector<PeriodicEvent> events;
  for (const Node* event : root.elements()) {
    if (event->name() != "Event") return event->Wrong("it is not a known element");
    const auto enabled = event->Flag("Enable", true);
    if (!enabled) return tl::unexpected(enabled.error());
    if (!*enabled) continue;
    if (events.size() == kPeriodicEventsMax)
      return event->Wrong(fmt::format("there may be {} events, not more", kPeriodicEventsMax));
    Result<PeriodicEvent> read = ReadOne(*event);
    if (!read) return tl::unexpected(read.error());
    events.push_back(*std::move(read));
  }
  return events;
}

Result<std::vector<PeriodicEvent>> ReadEventFile(const std::filesystem::path& file) {
  const auto document = config::Document::Load(file, config::Environment::OfProcess());
  if (!document) return tl::unexpected(document.error());
  return ReadEventInfo((*document)->root());
}

Result<std::string> FindEventFile(const service::Application& application) {
  const Node* const generator = application.node->Child("EventGenerator");
  return generator == nullptr ? Result<std::string>(std::string()) : generator->EnabledPath();
}

Status CheckEventFiles(const service::VirtualHosts& hosts) {
  for (const service::VirtualHost& host : hosts.list()) {
    for (const service::Application& application : host.applications) {
      const Result<std::string> file = FindEventFile(application);
      if (!file) return tl::unexpected(file.error());
      if (file->empty()) continue;
      if (const auto events = ReadEventFile(*file); !events) return tl::unexpected(events.error());
    }
  }
  return {};
}

}  // namespace weir::origin

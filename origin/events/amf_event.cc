#include "origin/events/amf_event.h"

#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "base/text.h"
#include "formats/amf/value.h"
#include "formats/amf/writer.h"

namespace weir::origin {
namespace {

using nlohmann::json;

tl::unexpected<Error> Refuse(const char* text) {
  return Fail(ErrorCode::kMalformed, text);
}

/// Of a string, a number or a flag; nothing of anything else.
std::optional<amf::Value> ScalarOf(const json& value, UtcTime now) {
  if (value.is_string()) return amf::Text(WithEpochTime(value.get_ref<const std::string&>(), now));
  if (value.is_number()) return amf::Number(value.get<double>());
  if (value.is_boolean()) return amf::Boolean(value.get<bool>());
  return std::nullopt;
}

std::optional<std::vector<amf::Member>> MembersOf(const json& object, UtcTime now) {
  std::vector<amf::Member> members;
  for (const auto& [name, value] : object.items()) {
    auto scalar = ScalarOf(value, now);
    if (!scalar || name.size() > UINT16_MAX) return std::nullopt;
    members.push_back({.name = name, .value = *std::move(scalar)});
  }
  return members;
}

Result<amf::Value> DataOf(const json& event, bool scalar_too, UtcTime now) {
  const auto data = event.find("data");
  const bool there = data != event.end() && (data->is_object() || (scalar_too && !data->is_null()));
  if (!there) return Refuse("data is required in events");
  if (!data->is_object()) {
    auto scalar = ScalarOf(*data, now);
    if (!scalar) return Refuse("Could not make events data");
    return *std::move(scalar);
  }
  auto members = MembersOf(*data, now);
  if (!members) return Refuse("Could not make events data");
  return amf::EcmaArrayOf(*std::move(members));
}

/// Of "com.youtube.cuepoint".
Result<amf::Value> CuePointOf(const json& event) {
  const json version = event.value("version", json());
  const json pre_roll = event.value("preRollTimeSec", json());
  if (!version.is_string() || !pre_roll.is_number())
    return Refuse("version, preRollTimeSec is required in events");
  const json start = event.value("cuePointStart", json(false));
  const json length = event.value("breakDurationSec", json(0));
  const json id = event.value("spliceEventId", json());
  if (!start.is_boolean() || !length.is_number() || !(id.is_null() || id.is_number()))
    return Refuse("Could not make events data");
  std::vector<amf::Member> members{
      {.name = "type", .value = amf::Text("com.youtube.cuepoint")},
      {.name = "version", .value = amf::Text(version.get<std::string>())},
      {.name = "pre_roll_time_sec", .value = amf::Number(pre_roll.get<double>())}};
  if (start.get<bool>())
    members.push_back({.name = "cue_point_start", .value = amf::Boolean(true)});
  members.push_back({.name = "break_duration_sec", .value = amf::Number(length.get<double>())});
  if (!id.is_null())
    members.push_back({.name = "splice_event_id", .value = amf::Number(id.get<double>())});
  return amf::ObjectOf(std::move(members));
}

}  // namespace

std::string WithEpochTime(std::string_view text, UtcTime now) {
  const auto time = std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch());
  return ReplaceAll(std::string(text), "${EpochTime}", std::to_string(time.count()));
}

Result<std::vector<uint8_t>> ReadAmfEvent(const json& event, UtcTime now) {
  const json type = event.value("amfType", json());
  if (!type.is_string()) return Refuse("amfType is required in events");
  const auto& name = type.get_ref<const std::string&>();
  const char* sent = nullptr;
  Result<amf::Value> value = Refuse("Could not make events data");
  if (name == "onTextData") {
    sent = "onTextData";
    value = DataOf(event, false, now);
  } else if (name == "onUserData" || name == "onUserDataEvent") {
    sent = "onUserDataEvent";
    value = DataOf(event, true, now);
  } else if (name == "onCuePoint.YouTube" || name == "com.youtube.cuepoint") {
    sent = "onCuePoint";
    value = CuePointOf(event);
  }
  if (!value) return tl::unexpected(value.error());
  return amf::WriteAll(std::array{amf::Text(sent), *std::move(value)});
}

}  // namespace weir::origin

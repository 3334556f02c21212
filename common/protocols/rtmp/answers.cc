#include "protocols/rtmp/answers.h"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace weir::rtmp {
namespace {

constexpr double kCapabilities = 31;
constexpr double kCanForward = 4;  // FourCcInfoMask of Enhanced RTMP v2

constexpr std::array<std::string_view, 3> kVideoFourCcs{"avc1", "hvc1", "av01"};
constexpr std::array<std::string_view, 2> kAudioFourCcs{"mp4a", "Opus"};

template <size_t Size>
amf::Value InfoMap(const std::array<std::string_view, Size>& codecs) {
  std::vector<amf::Member> members;
  for (const std::string_view codec : codecs)
    members.push_back({.name = std::string(codec), .value = amf::Number(kCanForward)});
  return amf::ObjectOf(std::move(members));
}

/// What is said to a client that speaks Enhanced RTMP ("Enhancing NetConnection connect Command").
void AddFourCcs(std::vector<amf::Member>& properties) {
  std::vector<amf::Value> list;
  for (const std::string_view codec : kVideoFourCcs)
    list.push_back(amf::Text(codec));
  for (const std::string_view codec : kAudioFourCcs)
    list.push_back(amf::Text(codec));
  properties.push_back({.name = "fourCcList", .value = amf::ArrayOf(std::move(list))});
  properties.push_back({.name = "videoFourCcInfoMap", .value = InfoMap(kVideoFourCcs)});
  properties.push_back({.name = "audioFourCcInfoMap", .value = InfoMap(kAudioFourCcs)});
}

bool SpeaksEnhanced(const amf::Object& request) {
  return request.Find("fourCcList") != nullptr || request.Find("videoFourCcInfoMap") != nullptr ||
         request.Find("audioFourCcInfoMap") != nullptr;
}

std::vector<amf::Member> MembersOf(const StatusEvent& event) {
  return {{.name = "level", .value = amf::Text(event.is_error ? "error" : "status")},
          {.name = "code", .value = amf::Text(event.code)},
          {.name = "description", .value = amf::Text(event.description)}};
}

}  // namespace

Command ConnectResult(double transaction, const amf::Object& request) {
  std::vector<amf::Member> properties{
      {.name = "fmsVer", .value = amf::Text("FMS/3,5,2,654")},
      {.name = "capabilities", .value = amf::Number(kCapabilities)},
      {.name = "mode", .value = amf::Number(1)},
  };
  if (SpeaksEnhanced(request)) AddFourCcs(properties);
  std::vector<amf::Member> information =
      MembersOf({.code = "NetConnection.Connect.Success", .description = "Connection succeeded."});
  information.push_back({.name = "objectEncoding", .value = amf::Number(0)});
  return {
      .name = "_result",
      .transaction = transaction,
      .arguments = {amf::ObjectOf(std::move(properties)), amf::ObjectOf(std::move(information))}};
}

Command ResultOf(double transaction, amf::Value value) {
  return {.name = "_result",
          .transaction = transaction,
          .arguments = {amf::NullValue(), std::move(value)}};
}

Command CallFailed(double transaction, std::string_view name) {
  constexpr size_t kNameSizeMax = 64;
  const StatusEvent event{
      .code = "NetConnection.Call.Failed",
      .description = fmt::format("'{}' is not served here.", name.substr(0, kNameSizeMax)),
      .is_error = true};
  return {.name = "_error",
          .transaction = transaction,
          .arguments = {amf::NullValue(), amf::ObjectOf(MembersOf(event))}};
}

Command OnStatus(const StatusEvent& event) {
  return {.name = "onStatus",
          .transaction = 0,
          .arguments = {amf::NullValue(), amf::ObjectOf(MembersOf(event))}};
}

Command OnFcEvent(std::string_view name, std::string_view code, std::string_view stream) {
  return {.name = std::string(name),
          .transaction = 0,
          .arguments = {amf::NullValue(),
                        amf::ObjectOf({{.name = "code", .value = amf::Text(code)},
                                       {.name = "description", .value = amf::Text(stream)}})}};
}

}  // namespace weir::rtmp

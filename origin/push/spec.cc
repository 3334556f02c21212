#include "origin/push/spec.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace weir::push {
namespace {

using nlohmann::json;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr size_t kIdSizeMax = 255;
constexpr size_t kTextSizeMax = 8'192;
constexpr size_t kTracksMax = 64;

/// A member's text; empty where there is none.
std::string Text(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || !found->is_string() ? "" : found->get<std::string>();
}

uint64_t Number(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || !found->is_number_unsigned() ? 0 : found->get<uint64_t>();
}

milliseconds Milliseconds(const json& object, const char* name) {
  return milliseconds(static_cast<int64_t>(Number(object, name)));
}

int64_t Micros(UtcTime time) {
  return time.time_since_epoch().count();
}

std::optional<UtcTime> Time(const json& object, const char* name) {
  const uint64_t micros = Number(object, name);
  if (micros == 0) return std::nullopt;
  return UtcTime(microseconds(static_cast<int64_t>(micros)));
}

const json& StreamOf(const json& body) {
  static const json kNone = json::object();
  const auto found = body.find("stream");
  return found == body.end() || !found->is_object() ? kNone : *found;
}

WantedTracks ReadTracks(const json& stream) {
  WantedTracks tracks;
  for (const char* name : {"trackIds", "tracks"}) {
    const auto ids = stream.find(name);
    if (ids == stream.end() || !ids->is_array()) continue;
    for (const json& id : *ids) {
      if (id.is_number_integer() && id >= 0 && tracks.ids.size() < kTracksMax)
        tracks.ids.push_back(id.get<media::TrackId>());
    }
  }
  const auto names = stream.find("variantNames");
  if (names == stream.end() || !names->is_array()) return tracks;
  for (const json& name : *names) {
    if (name.is_string() && !name.get<std::string>().empty() && tracks.names.size() < kTracksMax)
      tracks.names.push_back(name.get<std::string>());
  }
  return tracks;
}

/// Those that are mandatory and not there, in the order OvenMediaEngine names them.
std::string Missing(const Spec& spec) {
  std::string missing;
  const std::array<std::pair<const char*, const std::string*>, 4> mandatory{
      {{"id", &spec.id},
       {"stream.name", &spec.stream.name},
       {"url", &spec.url},
       {"protocol", &spec.protocol}}};
  for (const auto& [name, text] : mandatory)
    if (text->empty()) missing += fmt::format(" {}", name);
  return missing;
}

Spec ReadFields(const json& body) {
  const json& stream = StreamOf(body);
  return {.id = Text(body, "id"),
          .stream = {.vhost = {}, .app = {}, .name = Text(stream, "name")},
          .tracks = ReadTracks(stream),
          .protocol = Text(body, "protocol"),
          .url = Text(body, "url"),
          .stream_key = Text(body, "streamKey"),
          .from_config = false,
          .created = {}};
}

json ShowFields(const Spec& spec) {
  return {{"id", spec.id},
          {"stream",
           {{"name", spec.stream.name},
            {"trackIds", spec.tracks.ids},
            {"variantNames", spec.tracks.names}}},
          {"protocol", spec.protocol},
          {"url", spec.url},
          {"streamKey", spec.stream_key}};
}

}  // namespace

Result<Spec> ReadSpec(const json& body, std::string_view vhost, std::string_view app,
                      UtcTime created) {
  Spec spec = ReadFields(body);
  spec.stream.vhost = vhost;
  spec.stream.app = app;
  spec.created = created;
  if (const std::string missing = Missing(spec); !missing.empty())
    return Fail(ErrorCode::kMalformed, fmt::format("There is no required parameter [{}]", missing));
  if (spec.id.size() > kIdSizeMax || spec.url.size() + spec.stream_key.size() > kTextSizeMax)
    return Fail(ErrorCode::kMalformed, "A parameter is too long");
  const auto destination = ReadDestination(spec.protocol, spec.url, spec.stream_key);
  if (destination) return spec;
  if (destination.error().code == ErrorCode::kNotFound)
    return Fail(ErrorCode::kNotFound,
                fmt::format("{}: [{}/{}]", destination.error().detail, vhost, app));
  return tl::unexpected(destination.error());
}

json EncodeSpec(const Spec& spec) {
  json kept = ShowFields(spec);
  kept["created"] = static_cast<uint64_t>(Micros(spec.created));
  return kept;
}

Result<Spec> DecodeSpec(const tasks::TaskKey& key, const json& kept) {
  if (!kept.is_object()) return Fail(ErrorCode::kMalformed, "not a push");
  return ReadSpec(kept, key.vhost, key.app, Time(kept, "created").value_or(UtcTime()));
}

json EncodeProgress(const Progress& progress) {
  json kept{{"state", NameOf(progress.state)},
            {"reason", progress.reason},
            {"sentBytes", progress.sent_bytes},
            {"sentTime", static_cast<uint64_t>(progress.sent_time.count())},
            {"totalSentBytes", progress.total_sent_bytes},
            {"totalSentTime", static_cast<uint64_t>(progress.total_sent_time.count())},
            {"framesDropped", progress.frames_dropped},
            {"sequence", static_cast<uint64_t>(progress.sequence)},
            {"failures", progress.failures}};
  if (progress.started) kept["started"] = static_cast<uint64_t>(Micros(*progress.started));
  if (progress.finished) kept["finished"] = static_cast<uint64_t>(Micros(*progress.finished));
  return kept;
}

Progress DecodeProgress(const json& kept) {
  Progress progress;
  if (!kept.is_object()) return progress;
  const std::string state = Text(kept, "state");
  for (const State each : {State::kReady, State::kConnecting, State::kPushing, State::kStopping,
                           State::kStopped, State::kError}) {
    if (NameOf(each) == state) progress.state = each;
  }
  progress.reason = Text(kept, "reason");
  progress.sent_bytes = Number(kept, "sentBytes");
  progress.sent_time = Milliseconds(kept, "sentTime");
  progress.total_sent_bytes = Number(kept, "totalSentBytes");
  progress.total_sent_time = Milliseconds(kept, "totalSentTime");
  progress.frames_dropped = Number(kept, "framesDropped");
  progress.sequence = static_cast<int64_t>(Number(kept, "sequence"));
  progress.failures = Number(kept, "failures");
  progress.started = Time(kept, "started");
  progress.finished = Time(kept, "finished");
  return progress;
}

json ShowPush(const Spec& spec, const Progress& progress) {
  json shown = ShowFields(spec);
  shown["vhost"] = spec.stream.vhost;
  shown["app"] = spec.stream.app;
  shown["state"] = NameOf(progress.state);
  shown["isConfig"] = spec.from_config;
  shown["sentBytes"] = progress.sent_bytes;
  shown["sentTime"] = progress.sent_time.count();
  shown["sequence"] = progress.sequence;
  shown["totalsentBytes"] = progress.total_sent_bytes;
  shown["totalsentTime"] = progress.total_sent_time.count();
  shown["droppedFrames"] = progress.frames_dropped;
  shown["createdTime"] = LocalTime(spec.created);
  shown["startTime"] = LocalTime(progress.started.value_or(UtcTime()));
  shown["finishTime"] = LocalTime(progress.finished.value_or(UtcTime()));
  if (!progress.reason.empty()) shown["reason"] = progress.reason;
  return shown;
}

std::string LocalTime(UtcTime time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t seconds = std::chrono::system_clock::to_time_t(whole);
  std::tm local{};
  localtime_r(&seconds, &local);
  const auto ms = std::chrono::floor<milliseconds>(time - whole).count();
  constexpr int64_t kMinute = 60;
  const int64_t offset = local.tm_gmtoff / kMinute;
  const int64_t minutes = offset < 0 ? -offset : offset;
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}{}{:02}:{:02}", local.tm_year + 1900,
                     local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min, local.tm_sec, ms,
                     offset < 0 ? '-' : '+', minutes / kMinute, minutes % kMinute);
}

}  // namespace weir::push

#include "origin/record/record_spec.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace weir::record {
namespace {

using nlohmann::json;

tl::unexpected<Error> Damaged() {
  return Fail(ErrorCode::kMalformed, "what is stored of the recording is damaged");
}

bool FlagOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

std::string TextOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool EndsWith(std::string_view path, std::string_view ending) {
  if (path.size() < ending.size()) return false;
  return std::ranges::equal(path.substr(path.size() - ending.size()), ending, [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == b;
  });
}

}  // namespace

std::optional<Container> ContainerOf(std::string_view path) {
  if (EndsWith(path, ".mp4")) return Container::kMp4;
  if (EndsWith(path, ".ts")) return Container::kTs;
  return std::nullopt;
}

json ToJson(const RecordSpec& spec) {
  return {{"id", spec.id},
          {"stream", spec.stream},
          {"variantNames", spec.variant_names},
          {"variantVideo", spec.variant_video},
          {"variantAudio", spec.variant_audio},
          {"trackIds", spec.track_ids},
          {"filePath", spec.file_path},
          {"infoPath", spec.info_path},
          {"interval", spec.interval.count()},
          {"schedule", spec.schedule ? spec.schedule->text() : ""},
          {"continuous", spec.continuous},
          {"metadata", spec.metadata},
          {"fromConfig", spec.from_config}};
}

Result<RecordSpec> ReadSpec(const json& json) {
  if (!json.is_object()) return Damaged();
  RecordSpec spec{.id = TextOf(json, "id"),
                  .stream = TextOf(json, "stream"),
                  .file_path = TextOf(json, "filePath"),
                  .info_path = TextOf(json, "infoPath"),
                  .metadata = TextOf(json, "metadata")};
  if (spec.id.empty() || spec.stream.empty() || !ContainerOf(spec.file_path)) return Damaged();
  const auto names = json.find("variantNames");
  const auto ids = json.find("trackIds");
  const auto interval = json.find("interval");
  if (names == json.end() || !names->is_array() || ids == json.end() || !ids->is_array() ||
      interval == json.end() || !interval->is_number_integer())
    return Damaged();
  for (const auto& name : *names)
    if (name.is_string()) spec.variant_names.push_back(name.get<std::string>());
  for (const auto& id : *ids)
    if (id.is_number_unsigned()) spec.track_ids.push_back(id.get<media::TrackId>());
  spec.interval = std::chrono::milliseconds(interval->get<int64_t>());
  spec.continuous = FlagOf(json, "continuous");
  spec.from_config = FlagOf(json, "fromConfig");
  spec.variant_video = FlagOf(json, "variantVideo");
  spec.variant_audio = FlagOf(json, "variantAudio");
  if (const std::string schedule = TextOf(json, "schedule"); !schedule.empty()) {
    spec.schedule = Schedule::Read(schedule);
    if (!spec.schedule) return Damaged();
  }
  return spec;
}

std::vector<media::Track> SelectTracks(const RecordSpec& spec,
                                       const std::vector<media::Track>& tracks) {
  std::vector<media::Track> selected;
  for (const media::Track& track : tracks) {
    const bool all = spec.variant_names.empty() && spec.track_ids.empty();
    const bool named =
        track.kind() == media::MediaKind::kVideo ? spec.variant_video : spec.variant_audio;
    if (all || named || std::ranges::find(spec.track_ids, track.id) != spec.track_ids.end())
      selected.push_back(track);
  }
  return selected;
}

}  // namespace weir::record

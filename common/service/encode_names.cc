#include "service/encode_names.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace weir::service {
namespace {

Status AddNames(const config::Node& encodes, std::string_view kind, std::set<std::string>& names) {
  size_t index = 0;
  for (const config::Node* encode : encodes.Children(kind)) {
    const auto fallback = fmt::format("{}_{}", kind == "Video" ? "video" : "audio", index++);
    const auto name = encode->Text("Name", fallback);
    if (!name) return tl::unexpected(name.error());
    const auto bypass = encode->Flag("Bypass", false);
    if (!bypass) return tl::unexpected(bypass.error());
    if (*bypass) names.insert(*name);
  }
  return {};
}

}  // namespace

Result<EncodeNames> ReadEncodeNames(const config::Node& profile) {
  EncodeNames names;
  const config::Node* const encodes = profile.Child("Encodes");
  if (encodes == nullptr) return names;
  if (Status video = AddNames(*encodes, "Video", names.video); !video)
    return tl::unexpected(video.error());
  if (Status audio = AddNames(*encodes, "Audio", names.audio); !audio)
    return tl::unexpected(audio.error());
  return names;
}

Result<EncodeNames> ReadEncodeNames(const Application& application) {
  EncodeNames all;
  const config::Node* const profiles =
      application.node == nullptr ? nullptr : application.node->Child("OutputProfiles");
  if (profiles == nullptr) return all;
  for (const config::Node* profile : profiles->Children("OutputProfile")) {
    Result<EncodeNames> names = ReadEncodeNames(*profile);
    if (!names) return names;
    all.video.merge(names->video);
    all.audio.merge(names->audio);
  }
  return all;
}

}  // namespace weir::service

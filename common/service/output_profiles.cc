#include "service/output_profiles.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "service/encode_names.h"

namespace weir::service {
namespace {

using media::Playlist;
using media::PlaylistPlan;

/// Where a rendition stands, what it names, and whether that exists.
struct Named {
  media::TrackChoice choice{};
  bool exists = true;
};

Result<Named> ReadChoice(const config::Node& rendition, const std::string& kind,
                         const std::set<std::string>& encodes) {
  const auto name = rendition.Text(kind, "");
  if (!name) return tl::unexpected(name.error());
  const auto hint = rendition.Integer(kind + "IndexHint", -1, -1, 63);
  if (!hint) return tl::unexpected(hint.error());
  Named named{.choice = {.wanted = !name->empty()}};
  if (*hint >= 0) named.choice.index = static_cast<size_t>(*hint);
  named.exists = name->empty() || encodes.contains(*name);
  return named;
}

void Notice(const config::Node& node, std::string_view what, Notices notices) {
  if (notices == Notices::kNone) return;
  log::Warn("config", node.where(), "{} is left out: {}", node.path(), what);
}

Status AddRendition(const config::Node& node, const EncodeNames& bypasses, Notices notices,
                    PlaylistPlan& plan) {
  const auto name = node.Text("Name", "");
  if (!name) return tl::unexpected(name.error());
  const auto video = ReadChoice(node, "Video", bypasses.video);
  if (!video) return tl::unexpected(video.error());
  const auto audio = ReadChoice(node, "Audio", bypasses.audio);
  if (!audio) return tl::unexpected(audio.error());
  if (name->size() > Playlist::kNameSizeMax) return node.Wrong("its name is too long");
  if (!video->exists || !audio->exists) {
    Notice(node, "it names an encode that passes nothing on", notices);
    return {};
  }
  if (plan.renditions.size() == Playlist::kRenditionsMax)
    return node.Wrong("the playlist has too many renditions");
  plan.renditions.push_back({.name = *name, .video = video->choice, .audio = audio->choice});
  return {};
}

bool IsFileName(std::string_view name) {
  return !name.empty() && name.size() <= Playlist::kNameSizeMax &&
         name.find_first_of("/\\?#%\"") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c != 0x7F; });
}

Result<PlaylistPlan> ReadPlaylist(const config::Node& node, const EncodeNames& bypasses,
                                  Notices notices) {
  const auto name = node.Text("Name", "");
  if (!name) return tl::unexpected(name.error());
  const auto file = node.Text("FileName", "");
  if (!file) return tl::unexpected(file.error());
  if (!IsFileName(*file)) return node.Wrong(fmt::format("'{}' is no file name", *file));
  if (file->find("playlist") != std::string::npos || file->find("chunklist") != std::string::npos)
    return node.Wrong("a FileName may have neither 'playlist' nor 'chunklist' in it");
  PlaylistPlan plan{.name = *name, .file_name = *file};
  if (const config::Node* const options = node.Child("Options")) {
    const auto depth = options->Integer("HLSChunklistPathDepth", plan.path_depth,
                                        Playlist::kPathDepthMin, Playlist::kPathDepthMax);
    if (!depth) return tl::unexpected(depth.error());
    plan.path_depth = static_cast<int>(*depth);
    const auto ts = options->Flag("EnableTsPackaging", plan.ts_packaging);
    if (!ts) return tl::unexpected(ts.error());
    plan.ts_packaging = *ts;
  }
  for (const config::Node* rendition : node.Children("Rendition")) {
    if (Status added = AddRendition(*rendition, bypasses, notices, plan); !added)
      return tl::unexpected(added.error());
  }
  return plan;
}

Status AddProfile(const config::Node& profile, Notices notices, std::vector<PlaylistPlan>& plans) {
  const auto output = profile.Text("OutputStreamName", "");
  if (!output) return tl::unexpected(output.error());
  if (*output != "${OriginStreamName}") {
    Notice(profile, "streams go out under their own name alone", notices);
    return {};
  }
  const Result<EncodeNames> bypasses = ReadEncodeNames(profile);
  if (!bypasses) return tl::unexpected(bypasses.error());
  for (const config::Node* node : profile.Children("Playlist")) {
    Result<PlaylistPlan> plan = ReadPlaylist(*node, *bypasses, notices);
    if (!plan) return tl::unexpected(plan.error());
    const auto has_its_name = [&plan](const auto& each) {
      return each.file_name == plan->file_name;
    };
    if (std::any_of(plans.begin(), plans.end(), has_its_name))
      return node->Wrong(fmt::format("a second playlist with FileName '{}'", plan->file_name));
    if (plans.size() == Playlist::kPlaylistsMax) return node->Wrong("one playlist too many");
    plans.push_back(*std::move(plan));
  }
  return {};
}

}  // namespace

Result<std::vector<PlaylistPlan>> ReadPlaylists(const Application& application, Notices notices) {
  std::vector<PlaylistPlan> plans;
  const config::Node* const profiles =
      application.node == nullptr ? nullptr : application.node->Child("OutputProfiles");
  if (profiles == nullptr) return plans;
  for (const config::Node* profile : profiles->Children("OutputProfile")) {
    if (Status added = AddProfile(*profile, notices, plans); !added)
      return tl::unexpected(added.error());
  }
  return plans;
}

}  // namespace weir::service

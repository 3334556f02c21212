#include "media/playlist_plan.h"

#include <utility>

namespace weir::media {
namespace {

std::vector<TrackId> OfKind(const std::vector<Track>& tracks, MediaKind kind) {
  std::vector<TrackId> found;
  for (const Track& track : tracks)
    if (track.kind() == kind) found.push_back(track.id);
  return found;
}

/// Nothing where the very track that is wanted is missing.
std::optional<std::vector<TrackId>> Choose(const TrackChoice& choice, std::vector<TrackId> tracks) {
  if (!choice.wanted) return std::vector<TrackId>();
  if (!choice.index) return tracks;
  if (*choice.index >= tracks.size()) return std::nullopt;
  return std::vector<TrackId>{tracks[*choice.index]};
}

}  // namespace

Playlist Resolve(const PlaylistPlan& plan, const std::vector<Track>& tracks) {
  Playlist playlist{.name = plan.name,
                    .file_name = plan.file_name,
                    .path_depth = plan.path_depth,
                    .ts_packaging = plan.ts_packaging,
                    .renditions = {}};
  for (const PlaylistPlan::Rendition& planned : plan.renditions) {
    const auto video = Choose(planned.video, OfKind(tracks, MediaKind::kVideo));
    auto audio = Choose(planned.audio, OfKind(tracks, MediaKind::kAudio));
    if (!video || !audio || (video->empty() && audio->empty())) continue;
    Rendition rendition{.name = planned.name, .video = {}, .audio = *std::move(audio)};
    if (!video->empty()) rendition.video = video->front();
    playlist.renditions.push_back(std::move(rendition));
  }
  return playlist;
}

}  // namespace weir::media

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "media/playlist.h"
#include "media/track.h"

namespace weir::media {

/// Tracks of one kind, by their place among those of the stream.
struct TrackChoice {
  bool wanted = false;
  std::optional<size_t> index{};  ///< Only that one; else the first of video, all of audio.
};

/// A playlist as it is configured, before a stream's tracks are known.
struct PlaylistPlan {
  struct Rendition {
    std::string name;
    TrackChoice video{};
    TrackChoice audio{};
  };

  std::string name;
  std::string file_name;  ///< Without ".m3u8".
  int path_depth = 0;
  bool ts_packaging = false;
  std::vector<Rendition> renditions{};
};

/// What `plan` means for these tracks. A rendition without any of its tracks, or without the very
/// track that it names, is left out.
Playlist Resolve(const PlaylistPlan& plan, const std::vector<Track>& tracks);

}  // namespace weir::media

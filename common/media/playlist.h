#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "media/track_id.h"

namespace weir::media {

/// One quality of a playlist.
struct Rendition {
  std::string name;
  std::optional<TrackId> video{};
  std::vector<TrackId> audio{};  ///< To choose from.
};

/// A choice of a stream's tracks under a name of its own: OvenMediaEngine's <Playlist>.
struct Playlist {
  static constexpr size_t kPlaylistsMax = 64;
  static constexpr size_t kRenditionsMax = 64;
  static constexpr size_t kNameSizeMax = 255;
  /// HLSChunklistPathDepth: how a multivariant playlist names its chunklists. 0: by file name
  /// alone; 1: "../stream/..."; 2: "../../app/stream/..."; -1: "/app/stream/...".
  static constexpr int kPathDepthMin = -1;
  static constexpr int kPathDepthMax = 2;

  std::string name;
  std::string file_name;  ///< Without ".m3u8".
  int path_depth = 0;
  bool ts_packaging = false;  ///< MPEG-TS viewers may ask for it too.
  std::vector<Rendition> renditions{};
};

}  // namespace weir::media

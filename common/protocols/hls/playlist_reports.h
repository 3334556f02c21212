#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "formats/m3u8/media_playlist.h"
#include "media/track.h"

namespace weir::hls {

/// How far each rendition of a stream has got, for the others' playlists. It knows published parts
/// only, so no report names what does not exist.
class PlaylistReports {
 public:
  /// Part `part` of segment `number` was published.
  void Set(media::TrackId track, const std::string& uri, int64_t number, int part);

  void Remove(media::TrackId track);

  /// All but `track`'s, in order of track ids.
  std::vector<m3u8::RenditionReport> Others(media::TrackId track) const;

 private:
  struct Entry {
    media::TrackId track = 0;
    m3u8::RenditionReport report;
  };

  std::vector<Entry> entries_;  ///< By track.
};

}  // namespace weir::hls

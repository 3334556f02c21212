#pragma once

#include <array>
#include <string>
#include <string_view>

#include "media/playlist.h"
#include "media/track.h"

namespace weir::hls {

/// Where a multivariant playlist finds its chunklists.
struct ChunklistPlace {
  const std::string& key;     ///< ChunklistKey of the stream.
  std::string_view location;  ///< "/app/stream"
};

/// The names of the playlist that is always there, without ".m3u8": what OvenMediaEngine's
/// documentation and its code call it.
inline constexpr std::array<std::string_view, 2> kDefaultPlaylistNames{"llhls", "master"};

/// The playlist that is always there: every video track with all audio tracks to choose from;
/// without video, every audio track.
media::Playlist DefaultPlaylist(const media::TrackList& tracks);

/// `playlist` as a multivariant one: a variant for each rendition, whose audio tracks are a group;
/// without video, a variant for each audio track. What is not among `tracks` is left out.
///
/// With `legacy` all chunklists are asked for without low latency. A pure function of its
/// arguments, none of which is kept.
std::string MultivariantText(const media::TrackList& tracks, const media::Playlist& playlist,
                             const ChunklistPlace& place, bool legacy);

}  // namespace weir::hls

#pragma once

#include <string>

#include "media/track.h"

namespace weir::hls {

/// The multivariant playlist of a stream: a variant for each video track, each with the group of
/// all audio tracks; without video, a variant for each audio track.
///
/// `key` is the ChunklistKey. With `legacy` all chunklists are asked for without low latency. A
/// pure function of its arguments.
std::string MultivariantText(const media::TrackList& tracks, const std::string& key, bool legacy);

}  // namespace weir::hls

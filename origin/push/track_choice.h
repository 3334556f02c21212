#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "media/track.h"
#include "origin/push/destination.h"
#include "service/encode_names.h"

namespace weir::push {

/// Which tracks of a stream are asked for; both empty: the usual ones.
struct WantedTracks {
  std::vector<media::TrackId> ids{};
  std::vector<std::string> names{};  ///< Variant names.
};

/// The tracks to send, in the order of their ids. RTMP takes the first of video and the first of
/// audio; the others take all that a transport stream can carry.
///
/// kNotFound: the stream has none of them. kUnsupported: none that is wanted can be carried.
Result<std::vector<media::Track>> ChooseTracks(const std::vector<media::Track>& tracks,
                                               const WantedTracks& wanted,
                                               const service::EncodeNames& names,
                                               const Destination& destination);

}  // namespace weir::push

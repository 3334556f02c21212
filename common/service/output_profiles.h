#pragma once

#include <vector>

#include "base/result.h"
#include "media/playlist_plan.h"
#include "service/virtual_hosts.h"

namespace weir::service {

/// Whether what is left out is told to the log: once is enough.
enum class Notices { kLog, kNone };

/// The playlists of an application's <OutputProfiles>.
///
/// Streams go out as they came in: the encodes that exist are those with <Bypass>true</Bypass>, of
/// profiles whose OutputStreamName is ${OriginStreamName}. Renditions that name others, and
/// profiles of other names, are left out, each with a notice in the log.
Result<std::vector<media::PlaylistPlan>> ReadPlaylists(const Application& application,
                                                       Notices notices = Notices::kLog);

}  // namespace weir::service

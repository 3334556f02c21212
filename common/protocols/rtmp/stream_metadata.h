#pragma once

#include <vector>

#include "formats/amf/value.h"
#include "media/track.h"

namespace weir::rtmp {

/// "@setDataFrame", "onMetaData" and what a publisher says of its stream (FLV 10.1, annex E.5), as
/// encoders do. The twin of ReadMetadata. Either track may be null.
std::vector<amf::Value> StreamMetadata(const media::Track* video, const media::Track* audio);

}  // namespace weir::rtmp

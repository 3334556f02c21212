#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "media/track.h"
#include "protocols/hls/published.h"

namespace weir::hls {

/// What one track has of a segment.
struct TsInput {
  std::shared_ptr<const media::Track> track;
  ResourcePtr segment{};  ///< As the packager made it; null: it has nothing.
};

/// The same segment as MPEG-TS, all tracks in one: a pure function of its arguments, so the same on
/// every edge. Costs as much as copying the media twice; not for a loop.
///
/// `inputs` are tracks that ts::CanCarry. Errors as ts::WriteSegment has them.
Result<ResourcePtr> MakeTsSegment(const std::vector<TsInput>& inputs, int64_t number);

}  // namespace weir::hls

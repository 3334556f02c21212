#pragma once

#include <chrono>

#include "base/result.h"
#include "config/node.h"

namespace weir::hls {

/// What an origin takes from an application's <LLHLS> publisher element: how streams are cut, for
/// all edges alike.
struct CutOptions {
  int segment_count = 10;                             ///< SegmentCount, whole ones listed.
  std::chrono::milliseconds segment_duration{6'000};  ///< SegmentDuration, seconds there.
  std::chrono::milliseconds chunk_duration{500};      ///< ChunkDuration, seconds there.
  std::chrono::milliseconds part_hold_back{0};        ///< PartHoldBack, seconds there.
  bool preload_hint = true;                           ///< EnablePreloadHint.
};

/// `llhls` is the <LLHLS> element.
Result<CutOptions> ReadCutOptions(const config::Node& llhls);

}  // namespace weir::hls

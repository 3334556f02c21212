#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace weir::fmp4 {

/// One access unit as a fragment holds it. Times are in ticks of the track's timescale.
struct SampleView {
  uint32_t track_id = 0;
  std::span<const uint8_t> payload;  ///< Belongs to whoever owns the fragment's bytes.
  uint64_t decode_time = 0;
  uint32_t duration = 0;
  int32_t composition_offset = 0;  ///< Presentation minus decoding time.
  bool sync = false;
};

/// The samples of one or more fragments in a row, as WriteFragment makes them: the twin of it.
/// Other boxes around them are skipped.
///
/// kMalformed: cut off, or sizes that do not fit. kUnsupported: a fragment such as WriteFragment
/// never makes.
Result<std::vector<SampleView>> ReadFragments(std::span<const uint8_t> bytes);

}  // namespace weir::fmp4

#pragma once

#include <cstdint>
#include <span>
#include <string_view>
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

/// One event message (emsg), its bytes belonging to whoever owns those it was read from.
struct MessageView {
  std::string_view scheme;
  uint32_t timescale = 1;
  uint64_t time = 0;
  uint32_t id = 0;
  std::span<const uint8_t> data;
};

/// The event messages before one or more fragments in a row, as WriteEventMessage makes them;
/// others are skipped. kMalformed: cut off.
Result<std::vector<MessageView>> ReadMessages(std::span<const uint8_t> bytes);

/// The samples of one or more fragments in a row, as WriteFragment makes them: the twin of it.
/// Other boxes around them are skipped.
///
/// kMalformed: cut off, or sizes that do not fit. kUnsupported: a fragment such as WriteFragment
/// never makes.
Result<std::vector<SampleView>> ReadFragments(std::span<const uint8_t> bytes);

}  // namespace weir::fmp4

#pragma once

#include <cstdint>
#include <vector>

#include "base/shared_bytes.h"
#include "formats/fmp4/event_message.h"
#include "formats/fmp4/init_segment.h"

namespace weir::fmp4 {

/// One access unit of a fragment. Times are in ticks of the track's timescale.
struct Sample {
  SharedBytes payload{};
  uint32_t duration = 0;
  int32_t composition_offset = 0;  ///< Presentation minus decoding time.
  bool sync = false;               ///< Decodable without any sample before it.
};

/// A stretch of one track that is sent as a whole.
struct Fragment {
  uint32_t track_id = kTrackId;
  uint32_t sequence = 0;
  uint64_t decode_time = 0;  ///< Of the first sample.
  std::vector<Sample> samples{};
  std::vector<EventMessage> messages{};
};

/// A CMAF chunk (ISO/IEC 23000-19, 7.3.3.2): its messages, moof with one traf, then mdat. Each
/// payload is copied once, into the bytes returned. All payloads together have less than 4 GiB.
std::vector<uint8_t> WriteFragment(const Fragment& fragment);

}  // namespace weir::fmp4

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/flv/tag.h"

namespace weir::load {

/// An FLV file in memory, to be sent again and again.
struct Recording {
  std::vector<flv::Tag> opening;  ///< Metadata and sequence headers: sent once.
  std::vector<flv::Tag> media;    ///< In order of time, from 0.
  uint32_t length_ms = 0;         ///< What to add to the timestamps of the next round.
};

/// `scale` above 1 makes every video frame that many times as large, with filler data.
Result<Recording> LoadRecording(const std::string& file, int scale);

}  // namespace weir::load

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/media_time.h"
#include "media/track.h"
#include "origin/record/record_spec.h"

namespace weir::record {

/// One file of a recording: all that is needed to finish it, in this life or the next.
///
/// Kept as JSON in a journal while the file is not finished, one small file each in a folder of the
/// program's own.
struct RecordedFile {
  // Where it is. Paths are below `root`.
  std::string root{};
  std::string temporary_path{};
  std::string path_pattern{};  ///< Macros replaced, but for ${EndTime}.
  std::string info_path{};     ///< Empty: it is not listed.
  std::string final_path{};    ///< Empty until it is decided.

  Container container = Container::kMp4;
  std::vector<media::Track> tracks{};

  // For the info file.
  std::string transaction_id{};
  std::string id{};
  std::string metadata{};
  std::string vhost{};
  std::string app{};
  std::string stream{};
  uint64_t sequence = 0;
  std::chrono::milliseconds interval{0};
  std::string schedule{};
  bool last = false;
  UtcTime created{};
  UtcTime started{};

  // Known once it is finished; of MPEG-TS the duration, once it is closed.
  uint64_t bytes = 0;
  std::chrono::milliseconds duration{0};

  UtcTime finished() const { return started + duration; }
};

/// Frames are written with times that begin at this, so that none is negative.
inline constexpr MediaTime kLead = std::chrono::seconds(100);

std::string EncodeFile(const RecordedFile& file);

/// The twin of it. kMalformed.
Result<RecordedFile> DecodeFile(const std::string& text);

}  // namespace weir::record

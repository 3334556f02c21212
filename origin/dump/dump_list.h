#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "formats/m3u8/media_playlist.h"

namespace weir::dump {

/// The media playlist of one rendition's dump: whole segments, from the first one that was dumped
/// on, and none ever leaves. It grows while the dump does, and has its end tag once that is over.
///
/// A lost segment is listed as a gap, as edges do, so that numbers stay in line with those of the
/// other renditions. A new run stands behind a discontinuity, and so does what follows on numbers
/// that were left out altogether.
class DumpList {
 public:
  /// `number` is above those before. `target` is the target duration of its run.
  void Add(int64_t number, const m3u8::Segment& segment, std::chrono::seconds target);

  std::string Text(bool ended) const;

 private:
  int64_t first_ = 0;   // number
  int64_t newest_ = 0;  // number
  int64_t first_discontinuity_ = 0;
  std::chrono::seconds target_{0};
  m3u8::Segment newest_segment_;
  // Grows here; nobody else keeps it.
  std::shared_ptr<m3u8::SharedLines> lines_ = std::make_shared<m3u8::SharedLines>();
  std::vector<m3u8::ListedDateRange> date_ranges_;
};

}  // namespace weir::dump

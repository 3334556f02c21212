#pragma once

#include <optional>
#include <vector>

#include "stream/ingest/pace.h"

namespace weir::stream {

/// Notices that a track no longer keeps the pace it was announced with.
///
/// Looks at windows of frames, and speaks only when several in a row agree; each time it has spoken
/// it needs more of them, since what follows is a discontinuity for every viewer.
class PaceWatch {
 public:
  /// Starts anew with what is announced now.
  void Expect(MediaTime frame_duration);

  /// Timestamps broke off here.
  void OnBreak() { window_.clear(); }

  /// The pace to announce instead, in the rare case. Zero: not constant any more.
  std::optional<MediaTime> Add(MediaTime dts);

 private:
  std::optional<MediaTime> Judge() const;

  MediaTime expected_{0};
  std::vector<MediaTime> window_;
  std::optional<MediaTime> suspect_;
  int agreeing_ = 0;
  int needed_ = 2;
};

}  // namespace weir::stream

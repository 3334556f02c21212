#pragma once

#include <cstdint>

namespace weir::hls {

/// What a packager has come across, counted since it was made.
struct PackagerStats {
  uint64_t frames_taken = 0;
  /// Before the first mark, in segments that are closed already, without sound times, too large.
  uint64_t frames_dropped = 0;
  uint64_t parts = 0;
  uint64_t segments = 0;       ///< Whole ones.
  uint64_t segments_lost = 0;  ///< Listed as gaps.
  uint64_t segments_long = 0;  ///< Longer than TARGETDURATION allows.
  uint64_t segments_over = 0;  ///< Past a limit on bytes or parts: cut, and listed as gaps.
  uint64_t parts_unlike = 0;   ///< Came out otherwise when built again after a reconnection.
  uint64_t runs_refused = 0;   ///< With values nobody could play.
};

}  // namespace weir::hls

#pragma once

#include <cstdint>
#include <map>
#include <optional>

#include "media/frame.h"

namespace weir::relay {

/// Joins what an origin sends again after a reconnect to what came before it within the same run:
/// frames that were passed on already are left out, so that subscribers do not notice. Where the
/// origin no longer has all of them there is a gap.
class Splice {
 public:
  enum class Verdict {
    kPass,
    kSkip,  ///< Passed on before.
    kGap,   ///< Pass on, after a gap.
  };

  Verdict OnFrame(const media::Frame& frame);

  /// The next frames come from another connection, from a segment start.
  void Resume() { joining_ = newest_.has_value(); }

  /// The next frames are of another run.
  void Reset();

  /// A gap was told: the next frames have nothing to join.
  void OnGap() { joining_ = false; }

  /// Number of the newest segment begun.
  std::optional<int64_t> newest() const { return newest_; }

 private:
  std::map<media::TrackId, MediaTime> last_dts_;
  std::optional<int64_t> newest_;
  bool joining_ = false;
};

}  // namespace weir::relay

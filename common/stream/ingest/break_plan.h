#pragma once

#include <optional>
#include <string_view>

#include "media/event.h"
#include "media/media_time.h"

namespace weir::stream {

/// When breaks (for advertisements, say) begin and end, as operators ask for it. A break begins at
/// the next frame of the main track, whatever that is, and ends at the first key frame that comes
/// once its duration is over, or once it is asked to.
///
/// A request that would not leave segments of a sound length between its border and the next is
/// refused. All times are those of the main track's frames.
class BreakPlan {
 public:
  /// Where a segment is to begin.
  enum class Border { kNone, kOut, kIn };

  /// At `now`, with `gap` as the least that lies between two borders. Returns why it is refused;
  /// empty: it is not.
  std::string_view Ask(const media::Event& event, MediaTime now, MediaTime gap);

  /// What there is to begin with a frame shown at `time`.
  Border At(MediaTime time, bool key) const;

  /// A segment begins at `time`, and with it what was due there. Returns the break's event.
  media::Event Pass(Border border, MediaTime time, UtcTime utc);

  /// The break that is under way; null: none.
  const media::Event* open() const { return open_ ? &open_->event : nullptr; }

 private:
  struct Open {
    media::Event event;  ///< Its `out`.
    MediaTime since{0};
    MediaTime end{0};
  };

  std::string_view AskOut(const media::Event& event, MediaTime now, MediaTime gap);
  std::string_view AskIn(MediaTime now, MediaTime gap);

  std::optional<media::Event> asked_;  ///< To begin with the next frame.
  std::optional<Open> open_;
  std::optional<MediaTime> last_in_;
};

}  // namespace weir::stream

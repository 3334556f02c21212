#pragma once

#include <optional>

#include "media/frame.h"
#include "media/track.h"

namespace weir::stream {

/// Makes exact times of one track's wire times, which are rounded, jitter and at times jump.
///
/// Times keep to a lattice: each frame is expected one frame duration after the one before, and
/// stands there as long as the wire says about the same. What is put out lies on the track's own
/// grid (90 kHz for video, samples for audio) and goes up with every frame.
class TrackClock {
 public:
  /// What the wire time of the next frame turns out to be.
  enum class Verdict {
    kOnTime,    ///< As expected, but for rounding and jitter.
    kGap,       ///< Later: something is missing before it.
    kEarly,     ///< Earlier, by so little that the clocks may just run apart.
    kForward,   ///< Much later: it jumped, if no other track did the same journey at leisure.
    kBackward,  ///< Much earlier: it jumped.
  };

  /// A frame's place.
  struct Place {
    MediaTime dts{0};
    MediaTime lattice{0};  ///< The same, not yet rounded to the grid.
  };

  explicit TrackClock(const media::Track& track) { Set(track); }

  /// Another configuration of the same track; time goes on.
  void Set(const media::Track& track);

  const media::Track& track() const { return track_; }

  bool is_audio() const { return track_.kind() == media::MediaKind::kAudio; }

  bool is_constant() const { return track_.frame_duration > MediaTime(0); }

  bool started() const { return last_.has_value(); }

  /// Added to wire times before they are judged.
  MediaTime offset() const { return offset_; }

  void set_offset(MediaTime offset) { offset_ = offset; }

  /// Where the next frame is expected. Only once started.
  MediaTime expected() const { return last_->lattice + step_; }

  MediaTime MappedOf(MediaTime wire) const { return wire + offset_; }

  Verdict Judge(MediaTime wire) const;

  /// Places for the next frame: where it is expected, where the wire says (or the expected lattice
  /// has a point nearby), and as soon as the order of frames allows.
  Place Expected() const;
  Place OnWire(MediaTime wire) const;
  Place Soonest(MediaTime wire) const;

  /// The frame of this wire time and length stands at `place`.
  void Put(MediaTime wire, Place place, MediaTime length);

  /// A frame that is dropped: the next one is judged against its wire time.
  void Skip(MediaTime wire) { wire_ = wire; }

  /// When the frame put last is shown: never before it is decoded. `offset` as on the wire.
  MediaTime PtsFor(MediaTime offset) const;

  /// From the frame put last to the next one, if that comes as expected.
  MediaTime usual_duration() const { return OnGrid(expected()) - last_->dts; }

  MediaTime last_dts() const { return last_->dts; }

  MediaTime OnGrid(MediaTime time) const;

 private:
  MediaTime tolerance() const;

  media::Track track_;
  MediaTime grid_{1};
  MediaTime offset_{0};
  std::optional<Place> last_;
  MediaTime wire_{0};  ///< Of the last frame.
  MediaTime step_{0};  ///< To the next frame.
};

}  // namespace weir::stream

#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "media/event.h"
#include "media/frame.h"
#include "media/track.h"

namespace weir::media {

/// Why there will be no more frames.
enum class EndReason {
  kFinished,   ///< The publisher left in good order; it may be back.
  kLost,       ///< The publisher, or the way to it, broke; it may be back.
  kConcluded,  ///< It is over for good: playlists get their ENDLIST.
  kMoved,      ///< Another origin has it.
  kRefused,    ///< Not allowed: asking again does not help.
  kNotFound,   ///< There is no such stream now: it may come.
  kStopped,    ///< The operator ended it, and so for all who watch; it may be back.
};

constexpr std::string_view NameOf(EndReason reason) {
  switch (reason) {
    case EndReason::kFinished:
      return "finished";
    case EndReason::kLost:
      return "lost";
    case EndReason::kConcluded:
      return "concluded";
    case EndReason::kMoved:
      return "moved";
    case EndReason::kRefused:
      return "refused";
    case EndReason::kNotFound:
      return "not found";
    case EndReason::kStopped:
      return "stopped";
  }
  return "?";
}

/// Receives one stream's frames, in the order they were published (decoding order within a track),
/// all on one loop. Ingest, relay, recorder, packager and the stream itself meet here.
///
/// May not destroy its caller inside a call.
class MediaSink {
 public:
  virtual ~MediaSink() = default;

  /// First of all, and again whenever a track, a codec configuration or the run changes.
  virtual void OnTracks(std::shared_ptr<const TrackList> tracks) = 0;

  virtual void OnFrame(std::shared_ptr<const Frame> frame) = 0;

  /// On the way in only: timed data to find a place for (Event). Behind the Timeline it comes with
  /// the frames.
  virtual void OnEvent(std::shared_ptr<const Event> /*event*/) {}

  /// To a subscriber: all of the past that it asked for has come, and what follows is new.
  virtual void OnPresent() {}

  /// Frames were lost or dropped here; the next one of each track starts a segment.
  virtual void OnGap() {}

  /// The last call. After kFinished and kLost another publication of the same name may follow in
  /// another stream object.
  virtual void OnEnd(EndReason reason) = 0;
};

}  // namespace weir::media

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "media/media_sink.h"
#include "stream/backlog.h"

namespace weir::stream {

// What a stream tells its subscribers.
struct TracksSet {
  std::shared_ptr<const media::TrackList> tracks;
};

struct FrameAdded {
  std::shared_ptr<const media::Frame> frame;
  bool begins_segment = false;
};

struct GapMade {};

struct Ended {
  media::EndReason reason = media::EndReason::kLost;
};

using Event = std::variant<TracksSet, FrameAdded, GapMade, Ended>;

/// One subscriber's end of a stream: holds frames back until a segment begins, and then those of
/// each track until that track's own mark.
///
/// Thread: the subscriber's loop.
class Receiver {
 public:
  explicit Receiver(media::MediaSink& sink) : sink_(&sink) {}

  /// No more calls.
  void Detach() { sink_ = nullptr; }

  bool detached() const { return sink_ == nullptr; }

  /// What lies before the events that follow, in one go; `tracks` as they are then (null: not known
  /// yet).
  void Start(const Backlog::Past& past, std::shared_ptr<const media::TrackList> tracks);

  void On(const Event& event);

 private:
  void Take(const TracksSet& event);
  void Take(const FrameAdded& event);
  void Take(const GapMade& event);
  void Take(const Ended& event);
  bool Lets(const FrameAdded& event);

  media::MediaSink* sink_;  // Null once detached, perhaps inside one of its own calls.
  std::shared_ptr<const media::TrackList> tracks_;
  std::optional<int64_t> first_number_;  ///< Of the first segment; none before it.
  std::vector<media::TrackId> waiting_;  ///< Tracks that have not begun yet.
};

}  // namespace weir::stream

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "media/track.h"
#include "origin/publish/track_meter.h"
#include "stream/stream_path.h"

namespace weir::origin {

/// A stream while it is published, for whoever looks at it. Thread: any.
class LiveStream {
 public:
  /// Who publishes it: unchanged as long as it lives.
  struct Identity {
    std::string id;  ///< PublishRequest::id
    stream::StreamPath path;
    std::string protocol;  ///< "rtmp"
    std::string url;       ///< As the publisher gave it, without the query.
    std::string peer;      ///< "192.0.2.1:50123"
    bool secure = false;
    UtcTime created{};
    size_t loop = 0;  ///< Where it lives.
  };

  /// What it is now, written about once a second.
  struct State {
    std::shared_ptr<const media::TrackList> tracks;  ///< Null until they are known.
    std::vector<TrackFigures> figures;               ///< Of each track, in that order.
    uint64_t bytes = 0;                              ///< Payload taken in.
    UtcTime last_received{};
  };

  explicit LiveStream(Identity identity) : identity_(std::move(identity)) {}

  const Identity& identity() const { return identity_; }

  State state() const {
    return state_.With([](const State& state) { return state; });
  }

  /// The publication's own.
  void Update(State state) {
    state_.With([&state](State& shared) { shared = std::move(state); });
  }

 private:
  const Identity identity_;
  mutable Guarded<State> state_;
};

using LiveStreamPtr = std::shared_ptr<const LiveStream>;

}  // namespace weir::origin

#pragma once

#include <cstddef>
#include <memory>

#include "base/executor.h"
#include "media/media_sink.h"

namespace weir::stream {

class Stream;

/// Where a new subscriber starts.
struct StartAt {
  enum class Kind {
    kNextSegment,   ///< With the next segment that begins.
    kSegmentsBack,  ///< With the segment `segments` before the open one, or the oldest kept.
  };
  Kind kind = Kind::kSegmentsBack;
  int segments = 0;
};

/// A stream, from any thread: copyable, and harmless once the stream is gone. Compares equal for
/// the same stream.
class StreamRef {
 public:
  struct Anchor;  // fan_out.h

  StreamRef() = default;

  explicit StreamRef(std::shared_ptr<Anchor> anchor) : anchor_(std::move(anchor)) {}

  const std::shared_ptr<Anchor>& anchor() const { return anchor_; }

  bool operator==(const StreamRef&) const = default;

  explicit operator bool() const { return anchor_ != nullptr; }

 private:
  std::shared_ptr<Anchor> anchor_;
};

/// Delivers a stream's frames to one sink, on the sink's own loop. Destroying it, on that loop,
/// stops the calls at once.
class Subscription {
 public:
  virtual ~Subscription() = default;
};

/// Subscribes `sink`, whose loop is `loop` and is the caller's. Calls reach the sink from a later
/// turn of the loop on: the past and OnPresent in one turn, then what is new. OnTracks comes before
/// frames, and these from a segment start on, each posted once per loop however many sinks it has
/// there. A stream that ends, or has ended, gives OnEnd.
///
/// Executors outlive subscriptions and streams.
std::unique_ptr<Subscription> Subscribe(const StreamRef& stream, Executor& loop, StartAt start,
                                        media::MediaSink& sink);

/// How many subscribe it now; none once it is gone. The stream's home loop only.
size_t SubscribersOf(const StreamRef& stream);

/// Gives `event` to what `stream` gets its frames from, in a turn of its loop: nothing happens
/// where it has gone, or takes none. Any thread.
void Inject(const StreamRef& stream, std::shared_ptr<const media::Event> event);

}  // namespace weir::stream

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "media/frame.h"
#include "media/track.h"
#include "net/event_loop.h"
#include "net/tls_context.h"
#include "origin/push/destination.h"
#include "protocols/rtmp/random_source.h"

namespace weir::push {

/// One attempt to get a stream to a destination, from connecting to the end.
///
/// Thread: its loop.
class Sender {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    /// Frames are sent from now on.
    virtual void OnConnected() = 0;

    /// The last call; the sender may be destroyed inside it.
    virtual void OnEnded(const Error& reason) = 0;
  };

  struct Sent {
    uint64_t bytes = 0;
    std::chrono::milliseconds time{0};  ///< Of media.
    uint64_t frames_dropped = 0;        ///< For want of room on the way.
  };

  virtual ~Sender() = default;

  /// The same tracks with other configurations. An Error: what is connected cannot take them.
  virtual Status OnTracks(std::vector<media::Track> tracks) = 0;

  virtual void OnFrame(const media::Frame& frame) = 0;
  virtual void OnGap() = 0;

  /// Says good-bye where the protocol can; OnEnded follows.
  virtual void Leave() = 0;

  virtual Sent sent() const = 0;
};

/// How long a destination may take.
struct Patience {
  std::chrono::milliseconds connect{5'000};
  std::chrono::milliseconds send{10'000};  ///< With nothing taken while something is unsent.
};

/// What senders share; all of it outlives them.
struct SenderContext {
  net::EventLoop& loop;
  const net::TlsClientContext& tls;  ///< For RTMPS.
  const rtmp::RandomSource& random;
};

/// Begins at once to connect; `owner` is told from a later turn. `tracks` are not empty.
///
/// kUnsupported, kMalformed: the protocol cannot carry these tracks.
Result<std::unique_ptr<Sender>> MakeSender(const SenderContext& context,
                                           const Destination& destination, const Patience& patience,
                                           std::vector<media::Track> tracks, Sender::Owner& owner);

}  // namespace weir::push

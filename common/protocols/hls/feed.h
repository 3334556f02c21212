#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "base/executor.h"
#include "protocols/hls/demand.h"
#include "protocols/hls/published.h"

namespace weir::hls {

struct FeedAnchor;  // feed.cc
struct FeedState;   // feed_state.h

/// A feed, from any thread: copyable, and harmless once the feed is gone. Compares equal for the
/// same feed.
class FeedRef {
 public:
  FeedRef() = default;

  explicit FeedRef(std::shared_ptr<FeedAnchor> anchor) : anchor_(std::move(anchor)) {}

  const std::shared_ptr<FeedAnchor>& anchor() const { return anchor_; }

  bool operator==(const FeedRef&) const = default;

  explicit operator bool() const { return anchor_ != nullptr; }

 private:
  std::shared_ptr<FeedAnchor> anchor_;
};

/// What the viewers of all loops use of a feed.
struct FeedUsage {
  uint64_t bytes_out = 0;                   ///< Bodies answered since the feed was made.
  std::chrono::seconds target_duration{0};  ///< EXT-X-TARGETDURATION; 0 before the first run.
  /// The newest request; nothing before the first.
  std::optional<Clock::time_point> last_used;
};

/// One stream as it is published now: takes what its Packager makes, keeps what viewers may still
/// ask for, and hands every event to the views on every loop, with one post per loop and event.
///
/// It may outlive its packager: after OnEnd it goes on serving what it has, and another run may
/// follow.
///
/// Thread: belongs to the loop it was made on, `home`; FeedRef is for all others.
class Feed final : public PublishedSink {
 public:
  explicit Feed(Executor& home);
  ~Feed() override;  ///< The views are told, and answer 404 from then on.

  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  void OnRunOpened(const RunOpened& opened) override;
  void OnPart(const PartAdded& part) override;
  void OnSegment(const SegmentClosed& segment) override;
  void OnExpired(const SegmentExpired& expired) override;
  void OnEnd(media::EndReason reason) override;

  /// Who makes what is only made when asked for; null: nobody. It is told so before the source
  /// dies, unless that outlives the feed.
  void SetDemandSource(DemandSource* source);

  FeedRef ref() const;
  FeedUsage usage() const;

 private:
  std::shared_ptr<FeedAnchor> anchor_;
};

/// Receives a feed's present state and all that follows, on its own loop.
class FeedSink : public PublishedSink {
 public:
  /// First of all: everything that can be asked for now.
  virtual void OnState(const FeedState& state) = 0;

  /// The answer to FeedSubscription::Ask, for a sink that asks.
  virtual void OnDemanded(const Demand& /*demand*/, const Result<ResourcePtr>& /*result*/) {}

  /// The last call: the feed is gone, or was gone already.
  virtual void OnGone() = 0;
};

/// Ties one sink to a feed. Destroying it, on the sink's loop, stops the calls at once.
class FeedSubscription {
 public:
  virtual ~FeedSubscription() = default;

  /// Asks for a file that is made on demand: OnDemanded follows, unless the feed goes first.
  virtual void Ask(const Demand& demand) = 0;

  // What the sink's viewers use, for Feed::usage(). Cheap: no crossing of loops.
  virtual void AddBytes(uint64_t bytes) = 0;
  virtual void Touch(Clock::time_point now) = 0;
};

/// Attaches `sink`, whose loop is `loop` and is the caller's. Calls reach it from a later turn of
/// the loop on. Executors outlive feeds and subscriptions.
std::unique_ptr<FeedSubscription> Attach(const FeedRef& feed, Executor& loop, FeedSink& sink);

}  // namespace weir::hls

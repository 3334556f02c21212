#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "base/clock.h"
#include "base/executor.h"
#include "base/result.h"
#include "protocols/hls/feed.h"
#include "protocols/hls/feed_state.h"
#include "protocols/hls/view_reply.h"
#include "protocols/hls/view_rules.h"

namespace weir::hls {

/// One stream on one loop: a replica of its feed, and the viewers who wait for what is not there
/// yet. A waiting request is a list entry, looked at again when the event it waits for comes.
///
/// Thread: the loop's. Knows no clock: whoever owns it calls OnDeadline when NextDeadline is due.
class View final : public FeedSink {
 public:
  /// Waiting requests at most; more are answered 503.
  static constexpr size_t kParkedMax = 200'000;
  /// How long a request waits where the target duration is not known yet.
  static constexpr Clock::duration kPatience = std::chrono::seconds(18);

  class Owner {
   public:
    virtual ~Owner() = default;
    /// The last call about `view`, which may be destroyed inside it: its feed is gone and all who
    /// waited are answered.
    virtual void OnViewGone(View& view) = 0;
  };

  /// So many who waited for the same are answered in one turn of the loop, the others in the next
  /// ones: the first have their answers while the last are still being looked at.
  static constexpr size_t kAnswersPerTurn = 256;

  /// `owner` and `loop`, which is the caller's, outlive it. `utc_now` is for Last-Modified, and for
  /// telling a stream that stalls.
  View(Owner& owner, Executor& loop, std::function<UtcTime()> utc_now);
  ~View() override;  ///< Answers 503 to whoever waits.

  View(const View&) = delete;
  View& operator=(const View&) = delete;

  /// Starts to follow `feed`. Once.
  void Follow(const FeedRef& feed);

  /// The stream cannot be had: answers all who wait, by the kind of `reason`.
  void Fail(const Error& reason);

  /// Answers now or later, in three target durations at most.
  void OnAsk(Ask ask, Reply reply, Clock::time_point now);

  /// When to call OnDeadline; asked again after every OnAsk and OnDeadline.
  std::optional<Clock::time_point> NextDeadline() const;
  void OnDeadline(Clock::time_point now);

  size_t parked() const { return parked_; }

  void OnState(const FeedState& state) override;
  void OnDemanded(const Demand& demand, const Result<ResourcePtr>& result) override;
  void OnRunOpened(const RunOpened& opened) override;
  void OnPart(const PartAdded& part) override;
  void OnSegment(const SegmentClosed& segment) override;
  void OnExpired(const SegmentExpired& expired) override;
  void OnEnd(media::EndReason reason) override;
  void OnGone() override;

 private:
  struct Parked;
  using Bucket = std::list<Parked>;

  /// A request that waits, and its own place in the lists.
  struct Parked {
    Ask ask;
    Reply reply;
    Clock::time_point deadline;
    Bucket* bucket = nullptr;
    Bucket::iterator self{};
  };

  bool MustWait(const Verdict& verdict, WaitPoint& until);
  void Park(const WaitPoint& until, Bucket& from);
  void Answer(const Ask& ask, Reply& reply, const Verdict& verdict);
  void Wake(const WaitPoint& first, const WaitPoint& last);
  void AnswerWoken();
  void LookAgain(Bucket& bucket, size_t& left);
  void Refuse(Bucket& bucket, int status, CacheClass cache, std::string_view text);
  void WakeAll();
  void RefuseAll(int status, CacheClass cache, std::string_view text);
  void MarkChanged(media::TrackId track);
  Clock::duration Patience() const;

  Owner& owner_;
  Executor& loop_;
  std::function<UtcTime()> utc_now_;
  FeedState state_;
  std::unique_ptr<FeedSubscription> subscription_;
  std::optional<Clock::time_point> asked_;  // last
  // In order of deadline within a bucket. Empty ones may be left behind.
  std::map<WaitPoint, Bucket> waiting_;
  std::deque<std::map<WaitPoint, Bucket>::node_type> woken_;  // to be looked at again
  bool answering_ = false;                                    // or posted to go on with it
  std::set<Demand> demanded_;                                 // and not answered yet
  size_t parked_ = 0;
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace weir::hls

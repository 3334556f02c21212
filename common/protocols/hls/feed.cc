#include "protocols/hls/feed.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "protocols/hls/demand_desk.h"
#include "protocols/hls/feed_state.h"

namespace weir::hls {
namespace {

/// One subscription. `sink` belongs to the sink's loop alone; the counters are written there and
/// read on the feed's, where an old value does no harm.
struct Slot {
  FeedSink* sink = nullptr;
  std::atomic<uint64_t> bytes{0};
  std::atomic<Clock::rep> last_used{0};  // 0: never
};

using Slots = std::vector<std::shared_ptr<Slot>>;

void KeepLatest(std::optional<Clock::time_point>& latest, const Slot& slot) {
  const Clock::rep used = slot.last_used.load(std::memory_order_relaxed);
  if (used == 0) return;
  const Clock::time_point time{Clock::duration(used)};
  latest = latest ? std::max(*latest, time) : time;
}

/// The sink's loop only. The sink, and its subscription, may be destroyed inside OnGone.
void TellGone(Slot& slot) {
  if (FeedSink* const sink = std::exchange(slot.sink, nullptr)) sink->OnGone();
}

template <class Call>
void CallAll(const Slots& slots, const Call& call) {
  for (const auto& slot : slots) {
    call(*slot);
  }
}

/// What a feed has and whom it tells. Home loop only.
class Core {
 public:
  FeedState state;
  DemandDesk demands;

  /// Calls `call(FeedSink&)` for every subscription, on its loop.
  template <class Call>
  void Tell(const Call& call) {
    ForEachSlot([call](Slot& slot) {
      if (slot.sink != nullptr) call(*slot.sink);
    });
  }

  void TellAllGone() {
    ForEachSlot([](Slot& slot) { TellGone(slot); });
  }

  void Add(Executor& loop, const std::shared_ptr<Slot>& slot) {
    loop.Post([slot, now = std::make_shared<const FeedState>(state)] {
      if (slot->sink != nullptr) slot->sink->OnState(*now);
    });
    Slots slots = SlotsOf(loop);
    slots.push_back(slot);
    loops_.insert_or_assign(&loop, std::make_shared<const Slots>(std::move(slots)));
  }

  void Remove(Executor& loop, const std::shared_ptr<Slot>& slot) {
    Slots slots = SlotsOf(loop);
    if (std::erase(slots, slot) == 0) return;
    left_.bytes_out += slot->bytes.load(std::memory_order_relaxed);
    KeepLatest(left_.last_used, *slot);
    if (slots.empty()) {
      loops_.erase(&loop);
    } else {
      loops_.insert_or_assign(&loop, std::make_shared<const Slots>(std::move(slots)));
    }
  }

  FeedUsage usage() const {
    FeedUsage sum = left_;
    sum.target_duration = state.target_duration();
    for (const auto& [loop, slots] : loops_) {
      for (const auto& slot : *slots) {
        sum.bytes_out += slot->bytes.load(std::memory_order_relaxed);
        KeepLatest(sum.last_used, *slot);
      }
    }
    return sum;
  }

 private:
  /// One post per loop.
  template <class Call>
  void ForEachSlot(const Call& call) {
    for (const auto& [loop, slots] : loops_) {
      loop->Post([slots = slots, call] { CallAll(*slots, call); });
    }
  }

  Slots SlotsOf(Executor& loop) const {
    const auto place = loops_.find(&loop);
    return place == loops_.end() ? Slots() : *place->second;
  }

  // The lists are replaced, never changed: posts under way hold the one they were made with.
  std::map<Executor*, std::shared_ptr<const Slots>> loops_;
  FeedUsage left_;  // of subscriptions that are no more
};

}  // namespace

/// What a feed and the refs to it share: the feed's loop, and there the way to its core.
struct FeedAnchor {
  explicit FeedAnchor(Executor& home_loop) : home(home_loop), core(std::make_unique<Core>()) {}

  Executor& home;
  std::unique_ptr<Core> core;  // home loop only; null once the feed is gone
};

namespace {

class SlotSubscription final : public FeedSubscription {
 public:
  SlotSubscription(std::shared_ptr<FeedAnchor> anchor, Executor& loop, FeedSink& sink)
      : anchor_(std::move(anchor)), loop_(loop), slot_(std::make_shared<Slot>()) {
    slot_->sink = &sink;
    anchor_->home.Post([anchor = anchor_, &loop, slot = slot_] {
      if (anchor->core != nullptr) return anchor->core->Add(loop, slot);
      loop.Post([slot] { TellGone(*slot); });
    });
  }

  ~SlotSubscription() override {
    slot_->sink = nullptr;
    anchor_->home.Post([anchor = anchor_, &loop = loop_, slot = slot_] {
      if (anchor->core != nullptr) anchor->core->Remove(loop, slot);
    });
  }

  SlotSubscription(const SlotSubscription&) = delete;
  SlotSubscription& operator=(const SlotSubscription&) = delete;

  void Ask(const Demand& demand) override {
    anchor_->home.Post([anchor = anchor_, &loop = loop_, slot = slot_, demand] {
      if (anchor->core == nullptr) return;
      anchor->core->demands.Ask(demand, [&loop, slot, demand](const Result<ResourcePtr>& result) {
        loop.Post([slot, demand, result] {
          if (slot->sink != nullptr) slot->sink->OnDemanded(demand, result);
        });
      });
    });
  }

  void AddBytes(uint64_t bytes) override {
    slot_->bytes.fetch_add(bytes, std::memory_order_relaxed);
  }

  void Touch(Clock::time_point now) override {
    slot_->last_used.store(now.time_since_epoch().count(), std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<FeedAnchor> anchor_;
  Executor& loop_;
  std::shared_ptr<Slot> slot_;
};

}  // namespace

Feed::Feed(Executor& home) : anchor_(std::make_shared<FeedAnchor>(home)) {}

Feed::~Feed() {
  anchor_->core->TellAllGone();
  anchor_->core.reset();
}

void Feed::OnRunOpened(const RunOpened& opened) {
  anchor_->core->state.Apply(opened);
  anchor_->core->Tell([event = std::make_shared<const RunOpened>(opened)](FeedSink& sink) {
    sink.OnRunOpened(*event);
  });
}

void Feed::OnPart(const PartAdded& part) {
  anchor_->core->state.Apply(part);
  anchor_->core->Tell(
      [event = std::make_shared<const PartAdded>(part)](FeedSink& sink) { sink.OnPart(*event); });
}

void Feed::OnSegment(const SegmentClosed& segment) {
  anchor_->core->state.Apply(segment);
  anchor_->core->Tell([event = std::make_shared<const SegmentClosed>(segment)](FeedSink& sink) {
    sink.OnSegment(*event);
  });
}

void Feed::OnExpired(const SegmentExpired& expired) {
  anchor_->core->state.Apply(expired);
  anchor_->core->Tell([expired](FeedSink& sink) { sink.OnExpired(expired); });
}

void Feed::OnEnd(media::EndReason reason) {
  anchor_->core->state.Apply(reason);
  anchor_->core->Tell([reason](FeedSink& sink) { sink.OnEnd(reason); });
}

void Feed::SetDemandSource(DemandSource* source) {
  anchor_->core->demands.SetSource(source);
}

FeedRef Feed::ref() const {
  return FeedRef(anchor_);
}

FeedUsage Feed::usage() const {
  return anchor_->core->usage();
}

std::unique_ptr<FeedSubscription> Attach(const FeedRef& feed, Executor& loop, FeedSink& sink) {
  WEIR_CHECK(feed.anchor() != nullptr);
  return std::make_unique<SlotSubscription>(feed.anchor(), loop, sink);
}

}  // namespace weir::hls

#include "protocols/hls/view.h"

#include <algorithm>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"

namespace weir::hls {
namespace {

Refused RefusalFor(const Error& reason) {
  switch (reason.code) {
    case ErrorCode::kNotFound:
    case ErrorCode::kEnded:
      return {404, CacheClass::kNotLive, "the stream is not live"};
    case ErrorCode::kRefused:
      return {403, CacheClass::kNotLive, "the stream may not be watched"};
    default:
      return {503, CacheClass::kOverloaded, "the stream cannot be had now"};
  }
}

}  // namespace

View::View(Owner& owner, Executor& loop, std::function<UtcTime()> utc_now)
    : owner_(owner), loop_(loop), utc_now_(std::move(utc_now)) {}

View::~View() {
  RefuseAll(503, CacheClass::kOverloaded, "the server is going down");
}

void View::Follow(const FeedRef& feed) {
  WEIR_CHECK(subscription_ == nullptr);
  subscription_ = Attach(feed, loop_, *this);
  if (asked_) subscription_->Touch(*asked_);
}

void View::Fail(const Error& reason) {
  const Refused refusal = RefusalFor(reason);
  RefuseAll(refusal.status, refusal.cache, refusal.text);
}

void View::OnAsk(Ask ask, Reply reply, Clock::time_point now) {
  asked_ = now;
  if (subscription_ != nullptr) subscription_->Touch(now);
  const Verdict verdict = Decide(state_, ask, utc_now_);
  WaitPoint until;
  if (!MustWait(verdict, until)) return Answer(ask, reply, verdict);
  if (parked_ >= kParkedMax) {
    return reply.Refuse(503, CacheClass::kOverloaded, state_.target_duration(),
                        "too many viewers are waiting");
  }
  Bucket one;
  one.push_back({.ask = std::move(ask), .reply = std::move(reply), .deadline = now + Patience()});
  Parked& parked = one.front();
  parked.self = one.begin();
  parked.reply.OnGone([this, &parked] {
    --parked_;
    parked.bucket->erase(parked.self);
  });
  ++parked_;
  Park(until, one);
}

/// Until when, if so. Asks for what must be asked for.
bool View::MustWait(const Verdict& verdict, WaitPoint& until) {
  if (const auto* const point = std::get_if<WaitPoint>(&verdict)) {
    until = *point;
    return true;
  }
  const auto* const wanted = std::get_if<Wanted>(&verdict);
  if (wanted == nullptr) return false;
  until = wanted->until;
  // There is a subscription: the verdict comes from what it told.
  if (demanded_.insert(wanted->demand).second) subscription_->Ask(wanted->demand);
  return true;
}

/// Moves the first of `from` to where it waits for `until`.
void View::Park(const WaitPoint& until, Bucket& from) {
  Parked& parked = from.front();
  Bucket& bucket = waiting_[until];
  auto place = bucket.end();  // most come in order
  while (place != bucket.begin() && std::prev(place)->deadline > parked.deadline) {
    --place;
  }
  bucket.splice(place, from, from.begin());
  parked.bucket = &bucket;
}

void View::Answer(const Ask& ask, Reply& reply, const Verdict& verdict) {
  const std::chrono::seconds target = state_.target_duration();
  if (const auto* const refused = std::get_if<Refused>(&verdict)) {
    return reply.Refuse(refused->status, refused->cache, target, refused->text);
  }
  const auto& ready = std::get<Ready>(verdict);
  const auto track = state_.tracks.find(ask.track);
  const auto changed =
      track == state_.tracks.end() ? std::nullopt : std::optional(track->second.changed);
  const size_t bytes = reply.Send(*ready.resource, ready.cache, target, changed);
  if (subscription_ != nullptr) subscription_->AddBytes(bytes);
}

/// Looks again at all who wait for a point from `first` to `last`.
void View::Wake(const WaitPoint& first, const WaitPoint& last) {
  // Taken out first: whoever must wait on is parked anew, perhaps at the same point.
  for (auto bucket = waiting_.lower_bound(first);
       bucket != waiting_.end() && bucket->first <= last;) {
    woken_.push_back(waiting_.extract(bucket++));
  }
  if (!answering_) AnswerWoken();
}

/// Answers the first of them, and the others in turns to come.
void View::AnswerWoken() {
  answering_ = true;
  for (size_t left = kAnswersPerTurn; left > 0 && !woken_.empty();) {
    LookAgain(woken_.front().mapped(), left);
    if (woken_.front().mapped().empty()) woken_.pop_front();
  }
  answering_ = !woken_.empty();
  if (!answering_) return;
  loop_.Post([this, life = std::weak_ptr(alive_)] {
    if (!life.expired()) AnswerWoken();
  });
}

/// Takes at most `left` out of `bucket`, which is no longer among those that wait.
void View::LookAgain(Bucket& bucket, size_t& left) {
  for (; left > 0 && !bucket.empty(); --left) {
    const Verdict verdict = Decide(state_, bucket.front().ask, utc_now_);
    WaitPoint until;
    if (MustWait(verdict, until)) {
      Park(until, bucket);
      continue;
    }
    Answer(bucket.front().ask, bucket.front().reply, verdict);
    --parked_;
    bucket.pop_front();
  }
}

void View::WakeAll() {
  Wake({.track = 0}, {.track = WaitPoint::kStart,
                      .number = std::numeric_limits<int64_t>::max(),
                      .part = WaitPoint::kWhole});
}

void View::RefuseAll(int status, CacheClass cache, std::string_view text) {
  for (auto& node : std::exchange(woken_, {}))
    Refuse(node.mapped(), status, cache, text);
  for (auto& [point, bucket] : std::exchange(waiting_, {}))
    Refuse(bucket, status, cache, text);
}

void View::Refuse(Bucket& bucket, int status, CacheClass cache, std::string_view text) {
  while (!bucket.empty()) {
    bucket.front().reply.Refuse(status, cache, state_.target_duration(), text);
    --parked_;
    bucket.pop_front();
  }
}

std::optional<Clock::time_point> View::NextDeadline() const {
  std::optional<Clock::time_point> next;
  for (const auto& [point, bucket] : waiting_) {
    if (bucket.empty()) continue;
    next = next ? std::min(*next, bucket.front().deadline) : bucket.front().deadline;
  }
  return next;
}

void View::OnDeadline(Clock::time_point now) {
  for (auto place = waiting_.begin(); place != waiting_.end();) {
    Bucket& bucket = place->second;
    while (!bucket.empty() && bucket.front().deadline <= now) {
      bucket.front().reply.Refuse(503, CacheClass::kWaitExpired, state_.target_duration(),
                                  "the stream has stalled");
      --parked_;
      bucket.pop_front();
    }
    place = bucket.empty() ? waiting_.erase(place) : std::next(place);
  }
}

void View::OnState(const FeedState& state) {
  state_ = state;
  for (auto& [id, track] : state_.tracks) {
    track.changed = utc_now_();
  }
  WakeAll();
}

void View::OnDemanded(const Demand& demand, const Result<ResourcePtr>& result) {
  demanded_.erase(demand);
  state_.answer = {.demand = demand, .result = result};
  state_.Apply(*state_.answer);
  // All at once: it is not kept.
  if (auto waited = waiting_.extract({WaitPoint::kDemanded, demand.number, demand.part})) {
    size_t all = waited.mapped().size();
    LookAgain(waited.mapped(), all);
  }
  state_.answer.reset();
}

void View::OnRunOpened(const RunOpened& opened) {
  state_.Apply(opened);
  Wake({}, {});
}

void View::OnPart(const PartAdded& part) {
  state_.Apply(part);
  MarkChanged(part.track);
  Wake({.track = part.track}, {.track = part.track, .number = part.number, .part = part.part});
  if (state_.IsPlayable()) Wake({}, {});
}

void View::OnSegment(const SegmentClosed& segment) {
  state_.Apply(segment);
  MarkChanged(segment.track);
  Wake({.track = segment.track},
       {.track = segment.track, .number = segment.number, .part = WaitPoint::kWhole});
}

void View::OnExpired(const SegmentExpired& expired) {
  state_.Apply(expired);
}

void View::OnEnd(media::EndReason reason) {
  state_.Apply(reason);
  if (reason == media::EndReason::kConcluded) WakeAll();
}

void View::OnGone() {
  Fail({.code = ErrorCode::kEnded, .detail = "the feed is gone"});
  owner_.OnViewGone(*this);
}

void View::MarkChanged(media::TrackId track) {
  state_.tracks[track].changed = utc_now_();
}

Clock::duration View::Patience() const {
  const std::chrono::seconds target = state_.target_duration();
  return target > std::chrono::seconds(0) ? Clock::duration(3 * target) : kPatience;
}

}  // namespace weir::hls

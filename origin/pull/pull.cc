#include "origin/pull/pull.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace weir::pull {
namespace {

using namespace std::chrono_literals;
using Start = relay::Subscribe::Start;

constexpr Backoff::Options kPauses{.first = 250ms, .most = 2000ms, .least = 50ms};

/// A segment and the open one: two key frames, from which the pace is learnt at once.
constexpr int64_t kSegmentsBack = 1;

bool SameRun(const media::TrackList& left, const media::TrackList& right) {
  return left.run && right.run && left.run->id == right.run->id;
}

}  // namespace

Pull::Pull(stream::StreamPath path, Plan plan, relay::OriginLinks& links,
           service::PublishGate& gate, Host& host)
    : path_(std::move(path)),
      plan_(std::move(plan)),
      links_(links),
      gate_(gate),
      host_(host),
      worked_(plan_.has_worked),
      backoff_(kPauses, [this] { return host_.Random(); }),
      give_up_(host.now() + kFirstPatience),
      alive_(std::make_shared<const bool>(true)) {
  Try();
}

Pull::~Pull() {
  channel_.reset();
}

void Pull::Try() {
  phase_ = Phase::kTrying;
  flowing_ = false;
  due_ = host_.now() + plan_.no_input_failover + (afresh_ ? segment_ : Clock::duration::zero());
  channel_ = links_.Open(relay::EndpointOf(url()), Request(), *this);
  host_.SetAlarm(NextAlarm());
}

/// After an interruption from one segment before the one that was cut off: its audio begins a
/// little later than its video, so that only from there on every track is sure to overlap.
relay::ChannelRequest Pull::Request() const {
  relay::ChannelRequest request{
      .path = {.vhost = path_.vhost, .app = url().app, .name = url().stream}};
  if (afresh_) {
    request.start = Start::kNextSegment;
  } else if (splice_.newest()) {
    request.start = Start::kAfterSegment;
    request.number = *splice_.newest() - 2;
  } else {
    request.start = Start::kSegmentsBack;
    request.number = kSegmentsBack;
  }
  return request;
}

bool Pull::IsAnotherRun(const media::TrackList& tracks) const {
  return tracks_ != nullptr && !SameRun(tracks, *tracks_);
}

void Pull::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  if (tracks->run && tracks->run->id == host_.OwnRun()) {
    log::Err("pull", path_.text(), "{} gives this very stream: it would go in a circle",
             url().text());
    return GoOn(media::EndReason::kRefused);
  }
  const bool joins = phase_ == Phase::kTrying;
  const bool another = IsAnotherRun(*tracks);
  if (joins && another && splice_.newest() && !afresh_) {  // its numbers do not say where to go on
    afresh_ = true;
    if (tracks->run) segment_ = tracks->run->target_duration;
    channel_.reset();
    return Wait(Clock::duration::zero());
  }
  if (another) splice_.Reset();
  if (joins) Join();
  if (joins && another) republish_.Reset();
  tracks_ = std::move(tracks);
  if (publication_) {
    publication_->OnTracks(Republish::Tracks(*tracks_));
    if (joins && another) publication_->OnGap();
  } else if (!opening_) {
    Open();
  }
  if (phase_ != Phase::kOver) host_.SetAlarm(NextAlarm());
}

void Pull::Join() {
  phase_ = Phase::kLive;
  input_due_ = host_.now() + plan_.no_input_failover;
  afresh_ = false;
  splice_.Resume();
  log::Info("pull", path_.text(), "comes from {}", url().text());
}

void Pull::Open() {
  opening_ = true;
  const service::PublishRequest request{.protocol = "ovt",
                                        .host = {},
                                        .app = path_.app,
                                        .stream = path_.name,
                                        .query = {},
                                        .url = url().text(),
                                        .peer = relay::EndpointOf(url()).text(),
                                        .vhost = path_.vhost};
  gate_.Open(request, [this, alive = std::weak_ptr<const bool>(alive_)](
                          Result<std::unique_ptr<service::Publication>> publication) {
    if (!alive.expired()) OnOpened(std::move(publication));
  });
}

void Pull::OnOpened(Result<std::unique_ptr<service::Publication>> publication) {
  opening_ = false;
  if (!publication) {
    if (!stays()) return Over(media::EndReason::kRefused, publication.error());
    if (failed_++ == 0)
      log::Warn("pull", path_.text(), "cannot be published: {}", publication.error().detail);
    channel_.reset();
    return Wait(backoff_.Next());
  }
  publication_ = *std::move(publication);
  publication_->OnStop(
      [this](Error reason) { Over(media::EndReason::kStopped, std::move(reason)); });
  publication_->OnTracks(Republish::Tracks(*tracks_));
  last_used_ = host_.now();
  usage_due_ = last_used_ + kUsageEvery;
  host_.SetAlarm(NextAlarm());
  if (std::exchange(worked_, true)) return;
  host_.OnLive();
}

void Pull::OnFrame(std::shared_ptr<const media::Frame> frame) {
  input_due_ = host_.now() + plan_.no_input_failover;
  const relay::Splice::Verdict verdict = splice_.OnFrame(*frame);
  if (verdict == relay::Splice::Verdict::kSkip) return;
  if (!std::exchange(flowing_, true)) {
    failed_ = 0;
    backoff_.Reset();
  }
  if (publication_ == nullptr) return;
  if (verdict == relay::Splice::Verdict::kGap) publication_->OnGap();
  republish_.Frame(*frame, host_.utc(), *publication_);
}

void Pull::OnGap() {
  splice_.OnGap();
  if (publication_) publication_->OnGap();
}

void Pull::OnEnd(media::EndReason reason) {
  channel_.reset();
  const bool for_good =
      reason == media::EndReason::kStopped || reason == media::EndReason::kConcluded;
  if (!for_good) return GoOn(reason);
  log::Info("pull", path_.text(), "{} has ended it for good: {}", url().text(), NameOf(reason));
  if (stays()) return BeginAnew(reason);
  Over(reason, {.code = ErrorCode::kNotFound, .detail = "its origin has ended it"});
}

void Pull::OnControl(const relay::ControlMessage& message) {
  using Action = relay::ControlMessage::Action;
  if (publication_ == nullptr) return;
  if (message.action == Action::kEndViewers) return BeginAnew(media::EndReason::kStopped);
  publication_->OnEvent(
      std::make_shared<const media::Event>(media::Event{.kind = media::Event::Kind::kConclude}));
}

/// Whoever watches is let go of; the stream is another one when it comes back.
void Pull::BeginAnew(media::EndReason reason) {
  channel_.reset();
  CloseStream(reason);
  splice_ = relay::Splice();
  republish_.Reset();
  tracks_.reset();
  afresh_ = false;
  index_ = 0;
  failed_ = 0;
  Wait(backoff_.Next());
}

/// To the next URL: at once, or after a pause where all were tried.
void Pull::GoOn(media::EndReason reason) {
  channel_.reset();
  const auto count = static_cast<int64_t>(plan_.urls.size());
  const bool lost = std::exchange(flowing_, false);
  if (!lost) ++failed_;
  if (lost) {
    log::Warn("pull", path_.text(), "{} gives it no more: {}", url().text(), NameOf(reason));
  } else if (failed_ <= count) {  // of later rounds nothing is said
    log::Info("pull", path_.text(), "{} does not give it: {}", url().text(), NameOf(reason));
  }
  index_ = (index_ + 1) % plan_.urls.size();
  afresh_ = false;
  if (failed_ >= count * plan_.passes && !stays())
    return Over(media::EndReason::kLost,
                {.code = ErrorCode::kUnavailable, .detail = "no origin gives it"});
  const bool round_is_over = lost ? count == 1 : failed_ % count == 0;
  Wait(round_is_over ? Clock::duration(backoff_.Next()) : Clock::duration::zero());
}

void Pull::Wait(Clock::duration delay) {
  phase_ = Phase::kWaiting;
  due_ = host_.now() + delay;
  host_.SetAlarm(NextAlarm());
}

void Pull::OnAlarm() {
  const Clock::time_point now = host_.now();
  if (phase_ == Phase::kOver) return;
  if (publication_) CheckUse();
  if (phase_ != Phase::kOver && !worked_ && now >= give_up_) {
    Over(media::EndReason::kLost,
         {.code = ErrorCode::kUnavailable, .detail = "no origin gave it in time"});
  }
  if (phase_ == Phase::kTrying && now >= due_) GoOn(media::EndReason::kLost);
  if (phase_ == Phase::kWaiting && now >= due_) Try();
  if (phase_ == Phase::kLive && now >= input_due_) GoOn(media::EndReason::kLost);
  if (phase_ != Phase::kOver) host_.SetAlarm(NextAlarm());
}

void Pull::CheckUse() {
  const Clock::time_point now = host_.now();
  const bool ends = !plan_.persistent && now >= last_used_ + plan_.unused_deletion;
  if (!ends && now < usage_due_) return;
  usage_due_ = now + kUsageEvery;
  if (host_.Takers() > 0) {
    last_used_ = now;
  } else if (ends) {
    return Over(media::EndReason::kStopped,
                {.code = ErrorCode::kEnded, .detail = "nobody has used it"});
  }
  if (channel_) channel_->SendStats(host_.Audience());
}

void Pull::CloseStream(media::EndReason reason) {
  alive_ = std::make_shared<const bool>(true);  // an answer that is under way is too late
  opening_ = false;
  if (publication_) std::exchange(publication_, nullptr)->OnEnd(reason);
}

void Pull::End() {
  phase_ = Phase::kOver;
  channel_.reset();
  CloseStream(media::EndReason::kStopped);
}

void Pull::Over(media::EndReason reason, Error why) {
  phase_ = Phase::kOver;
  log::Info("pull", path_.text(), "is pulled no more: {}", why.detail);
  channel_.reset();
  CloseStream(reason);
  host_.OnOver(why);
}

Clock::time_point Pull::NextAlarm() const {
  Clock::time_point next = phase_ == Phase::kLive ? input_due_ : due_;
  if (!worked_) next = std::min(next, give_up_);
  if (publication_) next = std::min(next, usage_due_);
  if (publication_ && !plan_.persistent) next = std::min(next, last_used_ + plan_.unused_deletion);
  return next;
}

}  // namespace weir::pull

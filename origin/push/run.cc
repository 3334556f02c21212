#include "origin/push/run.h"

#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace weir::push {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A stream is looked for, and bytes are counted, so often.
constexpr seconds kLookEvery{1};
/// What was connected for so long did work: the next failure is a new one.
constexpr seconds kGoodAfter{10};
constexpr seconds kLeavePatience{2};
constexpr Backoff::Options kBackoff{
    .first = milliseconds(1'000), .most = milliseconds(15'000), .least = milliseconds(500)};

}  // namespace

Run::Run(RunContext context, Order order, const Progress& before, OnProgress on_progress)
    : context_(std::move(context)),
      order_(std::move(order)),
      subject_(order_.stream.text()),
      on_progress_(std::move(on_progress)),
      progress_(before),
      before_(before),
      backoff_(kBackoff, context_.random),
      timer_(context_.sender.loop, [this] { OnTime(); }) {
  progress_.state = State::kReady;
  timer_.Start(Clock::duration::zero());
}

Run::~Run() = default;

void Run::Stop(std::function<void()> done) {
  on_progress_ = nullptr;
  stopped_ = std::move(done);
  Leave();
}

void Run::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  if (leaving_ || failure_) return;
  auto chosen = ChooseTracks(tracks->tracks, order_.tracks, order_.names, order_.destination);
  if (!chosen) return FailLater(std::move(chosen.error()));
  if (sender_ == nullptr) return Connect(*std::move(chosen));
  if (Status taken = sender_->OnTracks(*std::move(chosen)); !taken)
    FailLater(std::move(taken.error()));
}

void Run::OnFrame(std::shared_ptr<const media::Frame> frame) {
  if (connected_ && !leaving_) sender_->OnFrame(*frame);
}

void Run::OnGap() {
  if (connected_) sender_->OnGap();
}

void Run::OnEnd(media::EndReason /*reason*/) {
  if (!leaving_ && !failure_) Leave();
}

void Run::OnConnected() {
  connected_ = true;
  connected_at_ = context_.sender.loop.now();
  progress_.state = State::kPushing;
  progress_.reason.clear();
  log::Info("push", subject_, "'{}' is pushed to {}", order_.id, order_.destination.shown);
  // What the connection takes at once may begin in the past, so that viewers there wait less.
  if (!KeepsLatency()) {
    subscription_ = stream::Subscribe(stream_, context_.sender.loop,
                                      {.kind = stream::StartAt::Kind::kSegmentsBack}, *this);
  }
  timer_.Start(kLookEvery);
  Report();
}

void Run::OnEnded(const Error& reason) {
  Finish(failure_.value_or(reason));
}

void Run::OnTime() {
  if (leaving_) return Finish({.code = ErrorCode::kEnded, .detail = "left"});
  if (failure_) return Finish(*failure_);
  if (sender_ == nullptr && subscription_ == nullptr) return Begin();
  timer_.Start(kLookEvery);
  Count();
  Report();
}

/// Subscribes, so that the tracks are known, before anybody is called.
void Run::Begin() {
  timer_.Start(kLookEvery);
  stream_ = context_.streams.Find(order_.stream);
  if (!stream_) {
    if (std::exchange(progress_.state, State::kReady) != State::kReady) Report();
    return;
  }
  before_ = progress_;
  progress_.state = State::kConnecting;
  progress_.sent_bytes = 0;
  progress_.sent_time = milliseconds(0);
  progress_.started = context_.utc();
  subscription_ = stream::Subscribe(stream_, context_.sender.loop,
                                    {.kind = stream::StartAt::Kind::kNextSegment}, *this);
  Report();
}

void Run::Connect(std::vector<media::Track> tracks) {
  auto sender =
      MakeSender(context_.sender, order_.destination, order_.patience, std::move(tracks), *this);
  if (!sender) return FailLater(std::move(sender.error()));
  sender_ = *std::move(sender);
}

/// Inside a call of the subscription or the sender neither is to be destroyed.
void Run::FailLater(Error reason) {
  failure_ = std::move(reason);
  timer_.Start(Clock::duration::zero());
}

void Run::Leave() {
  if (std::exchange(leaving_, true)) return;
  if (!connected_) return timer_.Start(Clock::duration::zero());
  sender_->Leave();
  timer_.Start(kLeavePatience);
}

/// The attempt is over.
void Run::Finish(Error reason) {
  Count();
  const auto sender = std::move(sender_);
  const auto subscription = std::move(subscription_);
  const bool attempted = sender != nullptr || subscription != nullptr || failure_.has_value();
  const bool was_connected = std::exchange(connected_, false);
  const bool left = std::exchange(leaving_, false);
  failure_.reset();
  if (attempted) {
    ++progress_.sequence;
    progress_.finished = context_.utc();
  }
  if (was_connected && context_.sender.loop.now() - connected_at_ >= kGoodAfter) backoff_.Reset();
  if (stopped_) {
    if (was_connected) log::Info("push", subject_, "'{}' has stopped", order_.id);
    const auto tell = std::move(stopped_);
    return tell();  // perhaps the end of this
  }
  if (!left) return Wait(std::move(reason));
  if (was_connected) log::Info("push", subject_, "'{}' waits for the stream", order_.id);
  progress_.state = State::kReady;
  progress_.reason.clear();
  told_reason_.clear();
  timer_.Start(kLookEvery);
  Report();
}

/// It failed, and is tried again after a while.
void Run::Wait(Error reason) {
  progress_.state = State::kError;
  ++progress_.failures;
  progress_.reason = std::move(reason.detail);
  if (std::exchange(told_reason_, progress_.reason) != progress_.reason) {
    log::Warn("push", subject_, "'{}' to {} failed, and is tried again: {}", order_.id,
              order_.destination.shown, progress_.reason);
  }
  timer_.Start(backoff_.Next());
  Report();
}

void Run::Count() {
  if (sender_ == nullptr) return;
  const Sender::Sent sent = sender_->sent();
  progress_.sent_bytes = sent.bytes;
  progress_.sent_time = sent.time;
  progress_.total_sent_bytes = before_.total_sent_bytes + sent.bytes;
  progress_.total_sent_time = before_.total_sent_time + sent.time;
  progress_.frames_dropped = before_.frames_dropped + sent.frames_dropped;
}

void Run::Report() {
  if (on_progress_) on_progress_(progress_);
}

/// Datagrams leave when they come: what came before would overrun the receiver.
bool Run::KeepsLatency() const {
  const auto* ts = std::get_if<TsEndpoint>(&order_.destination.where);
  return std::holds_alternative<srt::CallerOptions>(order_.destination.where) ||
         (ts != nullptr && !ts->tcp);
}

}  // namespace weir::push

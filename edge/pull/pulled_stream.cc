#include "edge/pull/pulled_stream.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "protocols/relay/messages/describe.h"

namespace weir::edge {
namespace {

using namespace std::chrono_literals;

constexpr Backoff::Options kPauses{.first = 250ms, .most = 2000ms, .least = 50ms};

bool SameRun(const media::TrackList& left, const media::TrackList& right) {
  return left.run && right.run && left.run->id == right.run->id;
}

bool SameTracks(const media::TrackList& left, const media::TrackList& right) {
  return relay::EncodeDescribe(left) == relay::EncodeDescribe(right);
}

}  // namespace

PulledStream::PulledStream(stream::StreamPath path, PullPlan plan, const Context& context,
                           Host& host)
    : path_(std::move(path)),
      plan_(std::move(plan)),
      context_(context),
      host_(host),
      backoff_(kPauses, [this] { return host_.Random(); }),
      last_used_(host.now()) {
  Try();
}

PulledStream::~PulledStream() {
  Release();
}

void PulledStream::Try() {
  phase_ = Phase::kTrying;
  present_ = false;
  due_ = host_.now() + plan_.no_input_failover;
  channel_ = context_.links.Open(relay::EndpointOf(url()), Request(url()), *this);
  host_.SetAlarm(NextAlarm());
}

/// After an interruption from one segment before the one that was cut off: its audio begins a
/// little later than its video, so that only from there on every track is sure to overlap.
relay::ChannelRequest PulledStream::Request(const service::OriginUrl& url) const {
  relay::ChannelRequest request{.path = {.vhost = path_.vhost, .app = url.app, .name = url.stream}};
  const std::optional<int64_t> newest = splice_.newest();
  if (newest && !afresh_) {
    request.start = relay::Subscribe::Start::kAfterSegment;
    request.number = *newest - 2;
    return request;
  }
  request.number = context_.options.start_segments;
  return request;
}

void PulledStream::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  if (phase_ == Phase::kTrying && WouldHoldBack(*tracks)) {
    afresh_ = true;
    channel_.reset();
    Wait(Clock::duration::zero());
    return;
  }
  if (stream_ == nullptr) {
    if (const Status made = MakeStream(); !made) {
      Fail(made.error());
      return;
    }
  }
  const bool resumed = phase_ == Phase::kTrying;
  last_input_ = host_.now();
  if (resumed) {
    phase_ = Phase::kLive;
    tried_ = denied_ = 0;
    afresh_ = false;
    backoff_.Reset();
    probe_due_ = last_input_ + plan_.failback_interval;
    log::Info("pull", path_.text(), "comes from {}", url().text());
    splice_.Resume();
  }
  TakeTracks(std::move(tracks));
  if (present_) TellLive();
  host_.SetAlarm(NextAlarm());
}

void PulledStream::OnPresent() {
  present_ = true;
  if (stream_) TellLive();
}

void PulledStream::TellLive() {
  if (!std::exchange(live_, true)) host_.OnLive(stream_->ref());
}

/// Whether an origin that forgot its numbers would send nothing until it reached ours.
bool PulledStream::WouldHoldBack(const media::TrackList& tracks) const {
  if (!splice_.newest() || afresh_ || !tracks.run || !tracks_ || SameRun(tracks, *tracks_))
    return false;
  return tracks.run->first_number < *splice_.newest() - 1;
}

void PulledStream::TakeTracks(std::shared_ptr<const media::TrackList> tracks) {
  const bool same_run = tracks_ && SameRun(*tracks, *tracks_);
  if (!same_run) splice_.Reset();
  const bool known = same_run && SameTracks(*tracks, *tracks_);
  tracks_ = tracks;
  if (!known) stream_->OnTracks(std::move(tracks));
}

Status PulledStream::MakeStream() {
  auto stream = std::make_unique<stream::Stream>(path_, context_.home, context_.options.backlog);
  if (Status claimed = context_.registry.Claim(path_, stream->ref()); !claimed) return claimed;
  stream_ = std::move(stream);
  usage_due_ = host_.now() + kUsageEvery;
  backlog_due_ = host_.now() + kBacklogPatience;
  context_.observer.OnOpened(*stream_);
  return {};
}

void PulledStream::OnFrame(std::shared_ptr<const media::Frame> frame) {
  last_input_ = host_.now();
  const relay::Splice::Verdict verdict = splice_.OnFrame(*frame);
  if (verdict == relay::Splice::Verdict::kSkip) return;
  if (verdict == relay::Splice::Verdict::kGap) stream_->OnGap();
  stream_->OnFrame(std::move(frame));
}

void PulledStream::OnGap() {
  splice_.OnGap();
  if (stream_) stream_->OnGap();
}

void PulledStream::OnEnd(media::EndReason reason) {
  channel_.reset();
  if (reason == media::EndReason::kConcluded && stream_) {
    log::Info("pull", path_.text(), "was concluded");
    phase_ = Phase::kOver;
    probe_.reset();
    stream_->OnEnd(reason);
    TellLive();
    host_.SetAlarm(NextAlarm());
    return;
  }
  if (reason == media::EndReason::kStopped) return Stop();
  GoOn(reason);
}

/// Whoever watches is let go of with it; who asks again begins anew.
void PulledStream::Stop() {
  log::Info("pull", path_.text(), "{} has stopped it", url().text());
  if (!plan_.persistent)
    return Fail({.code = ErrorCode::kNotFound, .detail = "its origin has stopped it"});
  Release();
  tracks_.reset();
  splice_ = relay::Splice();
  tried_ = denied_ = 0;
  index_ = 0;
  Wait(backoff_.Next());
}

void PulledStream::OnControl(const relay::ControlMessage& message) {
  context_.observer.OnControl(path_, message);
}

/// To the next URL, at once while this round has one left, or after a pause to the first.
void PulledStream::GoOn(media::EndReason reason) {
  if (phase_ == Phase::kLive)
    log::Info("pull", path_.text(), "{} has ended it: {}", url().text(), NameOf(reason));
  channel_.reset();
  probe_.reset();
  ++tried_;
  if (reason == media::EndReason::kNotFound || reason == media::EndReason::kRefused ||
      reason == media::EndReason::kConcluded)
    ++denied_;
  index_ = (index_ + 1) % plan_.urls.size();
  if (tried_ < plan_.urls.size()) {
    Wait(Clock::duration::zero());
    return;
  }
  const bool denied = denied_ == tried_;
  tried_ = denied_ = 0;
  index_ = 0;
  if (denied && !stream_ && !plan_.persistent) {
    Fail({.code = ErrorCode::kNotFound, .detail = "no origin has this stream"});
    return;
  }
  Wait(backoff_.Next());
}

void PulledStream::Wait(Clock::duration delay) {
  phase_ = Phase::kWaiting;
  due_ = host_.now() + delay;
  host_.SetAlarm(NextAlarm());
}

void PulledStream::OnAlarm() {
  const Clock::time_point now = host_.now();
  if (stream_ && now >= usage_due_) CheckUse();
  if (stream_ && now >= backlog_due_) TellLive();
  const Clock::duration patience =
      stream_ ? plan_.unused_deletion : context_.options.answer_patience;
  if (!gone() && !plan_.persistent && now >= last_used_ + patience)
    Fail({.code = ErrorCode::kUnavailable, .detail = "no origin could be reached in time"});
  if (phase_ == Phase::kTrying && now >= due_) GoOn(media::EndReason::kLost);
  if (phase_ == Phase::kWaiting && now >= due_) Try();
  if (phase_ == Phase::kLive) CheckInput();
  if (phase_ == Phase::kLive) CheckFailback();
  if (!gone()) host_.SetAlarm(NextAlarm());
}

void PulledStream::CheckInput() {
  if (host_.now() < last_input_ + plan_.no_input_failover) return;
  log::Warn("pull", path_.text(), "nothing comes from {} any more", url().text());
  GoOn(media::EndReason::kLost);
}

void PulledStream::CheckFailback() {
  if (!plan_.failback || index_ == 0) return;
  const Clock::time_point now = host_.now();
  if (probe_ && probe_->answer() == FailbackProbe::Answer::kThere) {
    probe_.reset();
    channel_.reset();
    index_ = 0;
    Try();
    return;
  }
  if (now < probe_due_) return;
  probe_due_ = now + plan_.failback_interval;
  const service::OriginUrl& first = plan_.urls.front();
  probe_.emplace(context_.links, relay::EndpointOf(first), Request(first).path);
}

void PulledStream::CheckUse() {
  const Clock::time_point now = host_.now();
  usage_due_ = now + kUsageEvery;
  const relay::StreamStats stats = context_.observer.OnUsage(path_);
  int64_t viewers = 0;
  int64_t bytes_out = 0;
  for (const relay::StreamStats::Protocol& protocol : stats.protocols) {
    viewers += protocol.viewers;
    bytes_out += protocol.bytes_out;
  }
  if (viewers > 0 || bytes_out > bytes_out_) last_used_ = now;
  bytes_out_ = bytes_out;
  if (channel_) channel_->SendStats(stats);
}

void PulledStream::Fail(const Error& reason) {
  Release();
  phase_ = Phase::kGone;
  host_.OnFailed(reason);
}

void PulledStream::Release() {
  channel_.reset();
  probe_.reset();
  if (!stream_) return;
  log::Info("pull", path_.text(), "is let go");
  context_.observer.OnClosed(path_);
  context_.registry.Release(path_, stream_->ref());
  stream_.reset();
  live_ = false;
}

Clock::time_point PulledStream::NextAlarm() const {
  Clock::time_point next = Clock::time_point::max();
  if (!plan_.persistent) {
    next = last_used_ + (stream_ ? plan_.unused_deletion : context_.options.answer_patience);
  }
  if (stream_) next = std::min(next, usage_due_);
  if (stream_ && !live_) next = std::min(next, backlog_due_);
  if (phase_ == Phase::kTrying || phase_ == Phase::kWaiting) next = std::min(next, due_);
  if (phase_ == Phase::kLive) {
    next = std::min(next, last_input_ + plan_.no_input_failover);
    if (plan_.failback && index_ != 0) next = std::min(next, probe_due_);
  }
  return next;
}

}  // namespace weir::edge

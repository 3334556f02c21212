#include "protocols/relay/egress_channel.h"

#include <limits>
#include <utility>

#include "protocols/relay/messages/credit.h"

namespace weir::relay {
namespace {

/// More than any backlog keeps.
constexpr int kAllSegments = 1000;

SendQueue::Limits LimitsFor(const Subscribe& request, SendQueue::Limits limits) {
  if (request.start == Subscribe::Start::kSegmentsBack)
    limits.start_segments = static_cast<int>(request.number);
  if (request.start == Subscribe::Start::kAfterSegment) limits.start_segments = kAllSegments;
  return limits;
}

stream::StartAt StartFor(const Subscribe& request) {
  using Kind = stream::StartAt::Kind;
  switch (request.start) {
    case Subscribe::Start::kNextSegment:
      return {.kind = Kind::kNextSegment};
    case Subscribe::Start::kSegmentsBack:
      return {.kind = Kind::kSegmentsBack, .segments = static_cast<int>(request.number)};
    case Subscribe::Start::kAfterSegment:
      return {.kind = Kind::kSegmentsBack, .segments = kAllSegments};
  }
  return {};
}

}  // namespace

EgressChannel::EgressChannel(uint32_t id, const Subscribe& request, const SendQueue::Limits& limits,
                             std::function<void(EgressChannel&)> on_queued)
    : id_(id),
      request_(request),
      on_queued_(std::move(on_queued)),
      queue_(LimitsFor(request, limits)),
      credit_(request.credit) {
  const bool after = request.start == Subscribe::Start::kAfterSegment;
  if (after && request.number < std::numeric_limits<int64_t>::max())
    queue_.StartAt(request.number + 1);
}

void EgressChannel::Attach(const stream::StreamRef& stream, Executor& loop) {
  subscription_ = stream::Subscribe(stream, loop, StartFor(request_), *this);
}

void EgressChannel::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  queue_.PushTracks(std::move(tracks));
  on_queued_(*this);
}

void EgressChannel::OnFrame(std::shared_ptr<const media::Frame> frame) {
  queue_.PushFrame(std::move(frame));
  on_queued_(*this);
}

void EgressChannel::OnPresent() {
  queue_.PushPresent();
  on_queued_(*this);
}

void EgressChannel::OnGap() {
  queue_.PushGap();
}

void EgressChannel::OnEnd(media::EndReason reason) {
  queue_.PushEnd(reason);
  on_queued_(*this);
}

bool EgressChannel::CanSend() const {
  const SendQueue::Item* front = queue_.Front();
  if (front == nullptr) return false;
  // A gap waits with the frame it announces: more may be dropped until that can go.
  using Kind = SendQueue::Item::Kind;
  return credit_ > 0 || (front->kind != Kind::kFrame && front->kind != Kind::kGap);
}

SendQueue::Item EgressChannel::Take() {
  SendQueue::Item item = queue_.Pop();
  if (item.frame) credit_ -= static_cast<int64_t>(item.frame->payload.size());
  return item;
}

Status EgressChannel::AddCredit(int64_t bytes) {
  if (credit_ > kCreditMax - bytes) return Fail(ErrorCode::kLimitExceeded, "too much credit");
  credit_ += bytes;
  return {};
}

}  // namespace weir::relay

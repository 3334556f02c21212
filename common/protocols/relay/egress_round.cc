#include "protocols/relay/egress_round.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "protocols/relay/frame_head.h"
#include "protocols/relay/message_writer.h"
#include "protocols/relay/messages/describe.h"
#include "protocols/relay/messages/end.h"
#include "protocols/relay/messages/events.h"

namespace weir::relay {

Status EgressRound::Open(uint32_t id, const Subscribe& request, const stream::StreamRef& stream) {
  if (channels_.contains(id))
    return Fail(ErrorCode::kMalformed, fmt::format("channel {} is in use", id));
  if (!stream || channels_.size() >= options_.channels_max) {
    SendEnd(id, stream ? media::EndReason::kRefused : media::EndReason::kNotFound);
    return {};
  }
  const SendQueue::Limits limits{.bytes = options_.queue_bytes,
                                 .segments = options_.queue_segments,
                                 .start_bytes = options_.start_bytes,
                                 .frame_max = options_.frame_max};
  auto channel = std::make_unique<EgressChannel>(
      id, request, limits, [this](EgressChannel& queued) { OnQueued(queued); });
  channel->Attach(stream, loop_);
  channels_.emplace(id, std::move(channel));
  return {};
}

void EgressRound::Close(uint32_t id) {
  const auto found = channels_.find(id);
  if (found == channels_.end()) return;
  EgressChannel& channel = *found->second;
  LeaveTurn(channel);
  stats_.frames_dropped += channel.queue().dropped_frames();
  queued_bytes_ -= channel.counted_bytes;
  channels_.erase(found);
}

Status EgressRound::AddCredit(uint32_t id, int64_t bytes) {
  const auto found = channels_.find(id);
  if (found == channels_.end()) return {};
  if (const Status status = found->second->AddCredit(bytes); !status) return status;
  JoinTurn(*found->second);
  Pump();
  return {};
}

const EgressChannel* EgressRound::Find(uint32_t id) const {
  const auto found = channels_.find(id);
  return found == channels_.end() ? nullptr : found->second.get();
}

void EgressRound::Pump() {
  while (!turn_.empty() && output_.unsent_bytes() < options_.unsent_mark) {
    EgressChannel& channel = *turn_.front();
    turn_.pop_front();
    channel.in_turn = false;
    Send(channel);
  }
}

EgressRound::Stats EgressRound::stats() const {
  Stats stats = stats_;
  for (const auto& [id, channel] : channels_)
    stats.frames_dropped += channel->queue().dropped_frames();
  return stats;
}

void EgressRound::OnQueued(EgressChannel& channel) {
  Recount(channel);
  if (queued_bytes_ > options_.connection_bytes) {
    channel.queue().Shrink(0);
    Recount(channel);
  }
  JoinTurn(channel);
  Pump();
}

void EgressRound::Recount(EgressChannel& channel) {
  queued_bytes_ += channel.queue().bytes() - channel.counted_bytes;
  channel.counted_bytes = channel.queue().bytes();
}

void EgressRound::JoinTurn(EgressChannel& channel) {
  if (channel.in_turn || !channel.CanSend()) return;
  channel.in_turn = true;
  turn_.push_back(&channel);
}

void EgressRound::LeaveTurn(EgressChannel& channel) {
  if (channel.in_turn) std::erase(turn_, &channel);
  channel.in_turn = false;
}

void EgressRound::Send(EgressChannel& channel) {
  if (!channel.CanSend()) return;  // what waited has been dropped
  const SendQueue::Item item = channel.Take();
  Recount(channel);
  const uint32_t id = channel.id();
  switch (item.kind) {
    case SendQueue::Item::Kind::kTracks:
      Write(MessageType::kDescribe, id, EncodeDescribe(*item.tracks));
      break;
    case SendQueue::Item::Kind::kFrame:
      SendFrame(id, *item.frame);
      break;
    case SendQueue::Item::Kind::kPresent:
      output_.Write(WriteOptionalMessage(MessageType::kPresent, id, {}));
      break;
    case SendQueue::Item::Kind::kGap:
      ++stats_.gaps;
      Write(MessageType::kGap, id, {});
      break;
    case SendQueue::Item::Kind::kEnd:
      SendEnd(id, item.reason);
      stats_.frames_dropped += channel.queue().dropped_frames();
      ended_.push_back(std::move(channels_.at(id)));
      channels_.erase(id);
      return;
  }
  JoinTurn(channel);
}

void EgressRound::SendFrame(uint32_t id, const media::Frame& frame) {
  ++stats_.frames_sent;
  stats_.bytes_sent += frame.payload.size();
  if (frame.events) {
    output_.Write(
        WriteOptionalMessage(MessageType::kEvents, id, Encode(frame.track, *frame.events)));
  }
  output_.Write(SharedBytes::Copy(WriteFrameHead(id, frame)));
  output_.Write(frame.payload);
}

void EgressRound::SendEnd(uint32_t id, media::EndReason reason) {
  Write(MessageType::kEnd, id, Encode(End{.reason = reason}));
}

void EgressRound::Write(MessageType type, uint32_t id, std::span<const uint8_t> body) {
  output_.Write(WriteMessage(type, id, body));
}

}  // namespace weir::relay

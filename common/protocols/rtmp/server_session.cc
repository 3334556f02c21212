#include "protocols/rtmp/server_session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "protocols/rtmp/control_message.h"

namespace weir::rtmp {
namespace {

int64_t Millis(Clock::duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace

ServerSession::ServerSession(net::ByteOutput& output, const net::Peer& peer, Clock::time_point now,
                             const ServerContext& context)
    : output_(output),
      options_(context.options),
      handshake_(output, context.random),
      chunks_(*this, context.options.chunks),
      writer_(output),
      connection_(*this, writer_, peer, context),
      now_(now),
      last_bytes_(now),
      setup_since_(now),
      state_since_(now),
      window_(context.options.window_size) {}

Status ServerSession::OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) {
  now_ = now;
  last_bytes_ = now;
  pinged_ = false;
  window_.Add(bytes.size());
  in_call_ = true;
  Status read = Read(bytes);
  in_call_ = false;
  if (!read) return read;
  NoteState(now);
  Acknowledge();
  return {};
}

Status ServerSession::Read(std::span<const uint8_t> bytes) {
  if (!handshake_.done()) {
    const Result<size_t> taken = handshake_.Feed(bytes);
    if (!taken) return tl::unexpected(taken.error());
    if (!handshake_.done()) return {};
    Control(WindowSizeMessage(options_.window_size));
    Control(PeerBandwidthMessage(options_.window_size));
    bytes = bytes.subspan(*taken);
  }
  return chunks_.Feed(bytes);
}

Status ServerSession::OnMessage(Message message) {
  ++messages_in_;
  Status taken;
  switch (message.type) {
    case MessageType::kUserControl:
      if (const auto answer = AnswerToUserEvent(message)) Control(*answer);
      return {};
    case MessageType::kWindowSize:
      if (const auto size = ReadWindowSize(message)) window_.Resize(*size);
      return {};
    case MessageType::kSetChunkSize:
    case MessageType::kAbort:
    case MessageType::kAcknowledgement:
    case MessageType::kPeerBandwidth:
      return {};
    default:
      taken = connection_.OnMessage(message, now_);
  }
  if (taken && ending_) return tl::unexpected(*ending_);
  return taken;
}

void ServerSession::End(Error reason) {
  if (in_call_) {
    ending_ = std::move(reason);
  } else {
    output_.Finish(std::move(reason));
  }
}

void ServerSession::Acknowledge() {
  if (!handshake_.done()) return;
  const std::optional<uint32_t> due = window_.TakeDue();
  if (due) Control(AcknowledgementMessage(*due));
}

void ServerSession::Ping() {
  pinged_ = true;
  Control(UserEventMessage(UserEvent::kPingRequest,
                           static_cast<uint32_t>(Millis(now_.time_since_epoch()))));
}

void ServerSession::Control(const Message& message) {
  writer_.Write(ChunkStreamId::kControl, message);
}

/// The state may have changed since the last call, by an answer of the gate in between: then its
/// deadline counts from now.
void ServerSession::NoteState(Clock::time_point now) {
  const PublishState state = connection_.state();
  if (state == noted_state_) return;
  const bool had_asked =
      noted_state_ == PublishState::kOpening || noted_state_ == PublishState::kPublishing;
  if (state == PublishState::kConnected && had_asked) setup_since_ = now;
  noted_state_ = state;
  state_since_ = now;
}

std::optional<Clock::time_point> ServerSession::NextDeadline() const {
  switch (noted_state_) {
    case PublishState::kConnecting:
    case PublishState::kConnected:
      return std::min(last_bytes_ + options_.silence_before_publish,
                      setup_since_ + options_.setup_patience);
    case PublishState::kOpening:
      return state_since_ + options_.gate_patience;
    case PublishState::kPublishing:
      break;
  }
  const Clock::time_point since = std::max(last_bytes_, state_since_);
  const std::chrono::milliseconds silence = connection_.packet_silence();
  if (silence.count() > 0) return since + silence;
  return since + (pinged_ ? options_.ping_patience : options_.ping_patience / 2);
}

Status ServerSession::OnDeadline(Clock::time_point now) {
  now_ = now;
  NoteState(now);
  if (now < *NextDeadline()) return {};
  const bool may_pause =
      noted_state_ == PublishState::kPublishing && connection_.packet_silence().count() == 0;
  if (may_pause && !pinged_) {
    Ping();
    return {};
  }
  return tl::unexpected(SilenceError());
}

Error ServerSession::SilenceError() const {
  const int64_t silence_ms = Millis(now_ - last_bytes_);
  std::string detail;
  if (noted_state_ == PublishState::kOpening) {
    detail = "no answer to the publisher's admission in time";
  } else if (noted_state_ == PublishState::kPublishing) {
    detail = fmt::format("publisher silent for {} ms", silence_ms);
  } else if (now_ >= setup_since_ + options_.setup_patience) {
    detail = fmt::format("did not publish within {} ms", options_.setup_patience.count());
  } else {
    detail = fmt::format("silent for {} ms {}", silence_ms,
                         handshake_.done() ? "before publishing" : "in the handshake");
  }
  return {.code = ErrorCode::kUnavailable, .detail = std::move(detail)};
}

SessionStats ServerSession::stats() const {
  return {.bytes_in = window_.received(),
          .messages_in = messages_in_,
          .commands_in = connection_.commands(),
          .ingest = connection_.ingest_stats()};
}

}  // namespace weir::rtmp

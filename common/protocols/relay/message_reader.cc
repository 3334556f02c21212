#include "protocols/relay/message_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/byte_reader.h"
#include "protocols/relay/frame_head.h"

namespace weir::relay {
namespace {

/// What a mere claim of length is believed.
constexpr size_t kTrustedSize = size_t{1} << 20;

bool IsKnown(MessageType type) {
  switch (type) {
    case MessageType::kHello:
    case MessageType::kChallenge:
    case MessageType::kProof:
    case MessageType::kAccept:
    case MessageType::kRefused:
    case MessageType::kSubscribe:
    case MessageType::kUnsubscribe:
    case MessageType::kCredit:
    case MessageType::kStats:
    case MessageType::kViewers:
    case MessageType::kViewersEnded:
    case MessageType::kDescribe:
    case MessageType::kFrame:
    case MessageType::kGap:
    case MessageType::kEnd:
    case MessageType::kControl:
    case MessageType::kFindViewers:
    case MessageType::kEndViewers:
    case MessageType::kEvents:
    case MessageType::kPresent:
    case MessageType::kPing:
    case MessageType::kPong:
      return true;
  }
  return false;
}

/// Moves what `body` still lacks of `size` from `bytes`, growing no faster than bytes arrive.
void Append(std::vector<uint8_t>& body, size_t size, std::span<const uint8_t>& bytes) {
  const auto taken = bytes.first(std::min(bytes.size(), size - body.size()));
  const size_t needed = body.size() + taken.size();
  if (needed > body.capacity())
    body.reserve(std::min(size, std::max({kTrustedSize, needed, 2 * body.capacity()})));
  body.insert(body.end(), taken.begin(), taken.end());
  bytes = bytes.subspan(taken.size());
}

}  // namespace

Status MessageReader::Feed(std::span<const uint8_t> bytes) {
  while (!bytes.empty())
    if (const Status status = Step(bytes); !status) return status;
  return {};
}

Status MessageReader::Step(std::span<const uint8_t>& bytes) {
  switch (state_) {
    case State::kPreamble:
      return Fill(bytes, kPreambleSize) ? ReadPreamble() : Status();
    case State::kHead:
      return Fill(bytes, kHeadSize) ? ReadHead() : Status();
    case State::kFrameHead:
      return Fill(bytes, kFrameHeadSize) ? ReadFrameHead() : Status();
    case State::kBody:
      return TakeBody(bytes);
    case State::kPayload:
      return TakePayload(bytes);
    case State::kSkip:
      Skip(bytes);
      return {};
  }
  return {};
}

bool MessageReader::Fill(std::span<const uint8_t>& bytes, size_t size) {
  const auto taken = bytes.first(std::min(bytes.size(), size - filled_));
  std::copy(taken.begin(), taken.end(), fixed_.begin() + static_cast<std::ptrdiff_t>(filled_));
  bytes = bytes.subspan(taken.size());
  filled_ += taken.size();
  if (filled_ < size) return false;
  filled_ = 0;
  return true;
}

Status MessageReader::ReadPreamble() {
  if (!std::equal(kMagic.begin(), kMagic.end(), fixed_.begin()))
    return Fail(ErrorCode::kMalformed, "no relay peer: the magic is missing");
  state_ = State::kHead;
  return sink_.OnVersion(fixed_[kMagic.size()]);
}

Status MessageReader::ReadHead() {
  ByteReader reader(std::span<const uint8_t>(fixed_).first(kHeadSize));
  length_ = reader.U32();
  type_ = static_cast<MessageType>(reader.U8());
  const uint8_t flags = reader.U8();
  (void)reader.U16();
  channel_ = reader.U32();
  if (type_ == MessageType::kFrame) {
    if (length_ <= kFrameHeadSize) return Fail(ErrorCode::kMalformed, "frame without payload");
    if (length_ - kFrameHeadSize > limits_.frame_max)
      return Fail(ErrorCode::kLimitExceeded, fmt::format("frame of {} bytes", length_));
    state_ = State::kFrameHead;
    return {};
  }
  if (length_ > limits_.control_max)
    return Fail(ErrorCode::kLimitExceeded, fmt::format("message of {} bytes", length_));
  if (IsKnown(type_)) return StartBody();
  if ((flags & kOptional) == 0)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("message of unknown type {}", static_cast<int>(type_)));
  state_ = length_ == 0 ? State::kHead : State::kSkip;
  return {};
}

Status MessageReader::StartBody() {
  state_ = length_ == 0 ? State::kHead : State::kBody;
  return length_ == 0 ? sink_.OnMessage(type_, channel_, {}) : Status();
}

Status MessageReader::ReadFrameHead() {
  Result<media::Frame> frame = ReadFrameFields(fixed_);
  if (!frame) return tl::unexpected(frame.error());
  frame_ = *std::move(frame);
  length_ -= kFrameHeadSize;
  state_ = State::kPayload;
  return {};
}

Status MessageReader::TakeBody(std::span<const uint8_t>& bytes) {
  // A message that came in one piece is read where it lies.
  if (body_.empty() && bytes.size() >= length_) {
    const auto body = bytes.first(length_);
    bytes = bytes.subspan(length_);
    state_ = State::kHead;
    return sink_.OnMessage(type_, channel_, body);
  }
  Append(body_, length_, bytes);
  if (body_.size() < length_) return {};
  const std::vector<uint8_t> body = std::exchange(body_, {});
  state_ = State::kHead;
  return sink_.OnMessage(type_, channel_, body);
}

Status MessageReader::TakePayload(std::span<const uint8_t>& bytes) {
  if (body_.capacity() == 0) body_.reserve(std::min(length_, kTrustedSize));
  Append(body_, length_, bytes);
  if (body_.size() < length_) return {};
  frame_.payload = SharedBytes(std::exchange(body_, {}));
  state_ = State::kHead;
  return sink_.OnFrame(channel_, std::exchange(frame_, {}));
}

void MessageReader::Skip(std::span<const uint8_t>& bytes) {
  const size_t taken = std::min(bytes.size(), length_);
  bytes = bytes.subspan(taken);
  length_ -= taken;
  if (length_ == 0) state_ = State::kHead;
}

}  // namespace weir::relay

#include "protocols/rtmp/control_message.h"

#include "base/byte_reader.h"
#include "base/byte_writer.h"

namespace weir::rtmp {
namespace {

constexpr uint8_t kDynamicLimit = 2;

Message Make(MessageType type, ByteWriter& payload) {
  return {.type = type, .payload = SharedBytes(payload.Take())};
}

}  // namespace

Message WindowSizeMessage(uint32_t bytes) {
  ByteWriter payload;
  payload.U32(bytes);
  return Make(MessageType::kWindowSize, payload);
}

Message PeerBandwidthMessage(uint32_t bytes) {
  ByteWriter payload;
  payload.U32(bytes);
  payload.U8(kDynamicLimit);
  return Make(MessageType::kPeerBandwidth, payload);
}

Message AcknowledgementMessage(uint32_t sequence_number) {
  ByteWriter payload;
  payload.U32(sequence_number);
  return Make(MessageType::kAcknowledgement, payload);
}

Message UserEventMessage(UserEvent event, uint32_t value) {
  ByteWriter payload;
  payload.U16(static_cast<uint16_t>(event));
  payload.U32(value);
  return Make(MessageType::kUserControl, payload);
}

std::optional<uint32_t> ReadWindowSize(const Message& message) {
  ByteReader fields(message.payload.view());
  const uint32_t size = fields.U32();
  return fields.ok() ? std::optional(size) : std::nullopt;
}

std::optional<Message> AnswerToUserEvent(const Message& message) {
  ByteReader fields(message.payload.view());
  const auto event = static_cast<UserEvent>(fields.U16());
  const uint32_t timestamp = fields.U32();
  if (!fields.ok() || event != UserEvent::kPingRequest) return std::nullopt;
  return UserEventMessage(UserEvent::kPingResponse, timestamp);
}

}  // namespace weir::rtmp

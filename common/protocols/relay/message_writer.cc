#include "protocols/relay/message_writer.h"

#include "base/byte_writer.h"

namespace weir::relay {

SharedBytes WritePreamble() {
  ByteWriter writer;
  writer.Bytes(kMagic);
  writer.U8(kVersion);
  writer.Zeros(kPreambleSize - kMagic.size() - 1);
  return SharedBytes(writer.Take());
}

namespace {

SharedBytes Write(MessageType type, uint8_t flags, uint32_t channel,
                  std::span<const uint8_t> body) {
  ByteWriter writer;
  writer.Reserve(kHeadSize + body.size());
  writer.U32(static_cast<uint32_t>(body.size()));
  writer.U8(static_cast<uint8_t>(type));
  writer.U8(flags);
  writer.U16(0);
  writer.U32(channel);
  writer.Bytes(body);
  return SharedBytes(writer.Take());
}

}  // namespace

SharedBytes WriteMessage(MessageType type, uint32_t channel, std::span<const uint8_t> body) {
  return Write(type, 0, channel, body);
}

SharedBytes WriteOptionalMessage(MessageType type, uint32_t channel,
                                 std::span<const uint8_t> body) {
  return Write(type, kOptional, channel, body);
}

}  // namespace weir::relay

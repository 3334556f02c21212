#include "protocols/rtmp/chunk_writer.h"

#include <algorithm>

#include "base/check.h"

namespace weir::rtmp {
namespace {

constexpr uint32_t kExtended = 0xffffff;
constexpr size_t kCopiedSizeMax = 512;
constexpr size_t kHeaderSizeMax = 1 + 11 + 4;

/// The headers of continuing chunks, one byte each, so that writing one allocates nothing.
constexpr std::array<uint8_t, 8> kContinuations{0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7};

void PutLittleEndian32(ByteWriter& bytes, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8)
    bytes.U8(static_cast<uint8_t>(value >> shift));
}

}  // namespace

void ChunkWriter::SetChunkSize(uint32_t size) {
  ByteWriter payload;
  payload.U32(size);
  Write(ChunkStreamId::kControl,
        {.type = MessageType::kSetChunkSize, .payload = SharedBytes(payload.Take())});
  chunk_size_ = size;
}

void ChunkWriter::Write(ChunkStreamId id, const Message& message) {
  Write(id, message, std::span(&message.payload, 1));
}

void ChunkWriter::Write(ChunkStreamId id, const Message& head, std::span<const SharedBytes> parts) {
  size_t length = 0;
  for (const SharedBytes& part : parts)
    length += part.size();
  const bool copied = length <= std::min<size_t>(chunk_size_, kCopiedSizeMax);
  ByteWriter bytes;
  bytes.Reserve(kHeaderSizeMax + (copied ? length : 0));
  const uint32_t extended = PutHeader(bytes, id, head, length);
  if (copied) {
    for (const SharedBytes& part : parts)
      bytes.Bytes(part.view());
  }
  output_.Write(SharedBytes(bytes.Take()));
  if (!copied) WriteChunks(id, extended, parts);
}

uint32_t ChunkWriter::PutHeader(ByteWriter& bytes, ChunkStreamId id, const Message& head,
                                size_t length) {
  Sent& sent = sent_.at(static_cast<size_t>(id));
  const uint32_t delta = head.timestamp - sent.timestamp;  // wraps as the timestamps do
  const bool relative = sent.any && sent.stream_id == head.stream_id && delta < kExtended;
  const bool same_kind = sent.type == head.type && sent.length == length;
  const uint32_t format = !relative ? 0 : same_kind ? 2 : 1;
  const uint32_t time = relative ? delta : head.timestamp;
  sent = {.any = true,
          .type = head.type,
          .stream_id = head.stream_id,
          .timestamp = head.timestamp,
          .length = length};

  bytes.U8(static_cast<uint8_t>(format << 6 | static_cast<uint32_t>(id)));
  bytes.U24(std::min(time, kExtended));
  if (format < 2) {
    bytes.U24(static_cast<uint32_t>(length));
    bytes.U8(static_cast<uint8_t>(head.type));
  }
  if (format == 0) PutLittleEndian32(bytes, head.stream_id);
  if (time < kExtended) return 0;
  bytes.U32(time);
  return time;
}

void ChunkWriter::WriteChunks(ChunkStreamId id, uint32_t extended,
                              std::span<const SharedBytes> parts) {
  size_t room = chunk_size_;
  for (const SharedBytes& part : parts) {
    for (size_t offset = 0; offset < part.size();) {
      if (room == 0) {
        WriteContinuation(id, extended);
        room = chunk_size_;
      }
      const size_t size = std::min(room, part.size() - offset);
      output_.Write(part.Slice(offset, size));
      offset += size;
      room -= size;
    }
  }
}

void ChunkWriter::WriteContinuation(ChunkStreamId id, uint32_t extended) {
  const SharedBytes header =
      SharedBytes::Static(std::span(kContinuations).subspan(static_cast<size_t>(id), 1));
  output_.Write(header);
  if (extended == 0) return;
  ByteWriter bytes;  // Repeated, as the specification asks.
  bytes.U32(extended);
  output_.Write(SharedBytes(bytes.Take()));
}

}  // namespace weir::rtmp

#include "protocols/rtmp/chunk_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/byte_reader.h"

namespace weir::rtmp {
namespace {

constexpr uint32_t kExtended = 0xffffff;           // in a 3-byte timestamp: look behind the header
constexpr uint32_t kChunkSizeMax = 0xffffff;       // no message is longer
constexpr size_t kReserveMax = size_t{64} * 1024;  // taken on the word of a header alone

size_t MessageHeaderSizeOf(uint8_t first) {
  constexpr std::array<size_t, 4> kSizes{11, 7, 3, 0};
  return kSizes.at(first >> 6);
}

}  // namespace

Status ChunkReader::Feed(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    Status fed = data_left_ > 0 ? FeedData(bytes) : FeedHeader(bytes);
    if (!fed) return fed;
  }
  return {};
}

size_t ChunkReader::BasicSize() const {
  const uint8_t id = header_[0] & 0x3f;
  return id == 0 ? 2 : id == 1 ? 3 : 1;
}

size_t ChunkReader::MessageHeaderSize() const {
  return MessageHeaderSizeOf(header_[0]);
}

bool ChunkReader::HeaderHasExtended() const {
  if (MessageHeaderSize() == 0) return streams_.at(current_).has_extended;
  return ByteReader(std::span(header_).subspan(BasicSize(), 3)).U24() == kExtended;
}

Status ChunkReader::FeedHeader(std::span<const uint8_t>& bytes) {
  header_.at(header_size_++) = bytes.front();
  bytes = bytes.subspan(1);
  if (header_size_ < BasicSize()) return {};
  if (header_size_ == BasicSize()) {
    if (Status taken = TakeBasicHeader(); !taken) return taken;
  }
  const size_t plain_size = BasicSize() + MessageHeaderSize();
  if (header_size_ < plain_size) return {};
  if (!HeaderHasExtended()) return TakeHeader(false);
  if (MessageHeaderSize() == 0) return TakeExtendedOfContinuation();
  return header_size_ < plain_size + 4 ? Status() : TakeHeader(true);
}

Status ChunkReader::TakeBasicHeader() {
  uint32_t id = header_[0] & 0x3f;
  if (id == 0) {
    id = 64U + header_[1];
  } else if (id == 1) {
    id = 64U + header_[1] + 256U * header_[2];
  }
  const auto found = std::find_if(streams_.begin(), streams_.end(),
                                  [id](const ChunkStream& stream) { return stream.id == id; });
  current_ = static_cast<size_t>(found - streams_.begin());
  const uint8_t format = header_[0] >> 6;
  if (found != streams_.end()) {
    if (found->in_message && format != 3)
      return Fail(ErrorCode::kMalformed, "new message header inside a message");
    return {};
  }
  if (streams_.size() >= limits_.chunk_streams_max)
    return Fail(ErrorCode::kLimitExceeded, "too many chunk streams");
  // librtmp opens chunk stream 2 with format 1, so only a length and type are asked for.
  if (format > 1) return Fail(ErrorCode::kMalformed, "chunk stream begins without a header");
  streams_.emplace_back().id = id;
  return {};
}

/// Most peers repeat the extended timestamp on every chunk of format 3, as the specification says,
/// and some do not: so it is taken for one as long as it equals the one before.
Status ChunkReader::TakeExtendedOfContinuation() {
  const size_t seen = header_size_ - BasicSize();
  if (seen == 0) return {};
  const auto expected = static_cast<uint8_t>(streams_[current_].extended >> (8 * (4 - seen)));
  if (header_[header_size_ - 1] == expected) return seen < 4 ? Status() : TakeHeader(true);
  std::array<uint8_t, 4> data{};  // It was the message's data; read it again as such.
  std::copy_n(header_.begin() + static_cast<ptrdiff_t>(BasicSize()), seen, data.begin());
  if (Status taken = TakeHeader(false); !taken) return taken;
  return Feed(std::span(data).first(seen));
}

Status ChunkReader::TakeHeader(bool with_extended) {
  ChunkStream& stream = streams_[current_];
  if (!stream.in_message) {
    if (Status begun = BeginMessage(with_extended); !begun) return begun;
  }
  header_size_ = 0;
  return BeginData();
}

Status ChunkReader::BeginMessage(bool with_extended) {
  ChunkStream& stream = streams_[current_];
  ByteReader header(std::span<const uint8_t>(header_).first(header_size_));
  header.Bytes(BasicSize());
  const size_t size = MessageHeaderSize();
  uint32_t time = size > 0 ? header.U24() : 0;
  if (size >= 7) {
    stream.length = header.U24();
    stream.type = static_cast<MessageType>(header.U8());
  }
  if (size == 11) {
    const auto id = header.Bytes(4);  // The only little-endian field of the protocol.
    stream.stream_id = id[0] | uint32_t{id[1]} << 8 | uint32_t{id[2]} << 16 | uint32_t{id[3]} << 24;
  }
  if (size > 0) {
    stream.has_extended = with_extended;
    stream.extended = with_extended ? header.U32() : 0;
    if (with_extended) time = stream.extended;
    stream.delta = time;
  }
  stream.timestamp = size == 11 ? time : stream.timestamp + stream.delta;
  if (stream.length > limits_.message_size_max)
    return Fail(ErrorCode::kLimitExceeded, fmt::format("message of {} bytes, {} are allowed",
                                                       stream.length, limits_.message_size_max));
  stream.in_message = true;
  return {};
}

Status ChunkReader::BeginData() {
  ChunkStream& stream = streams_[current_];
  data_left_ = std::min<size_t>(chunk_size_, stream.length - stream.payload.size());
  return data_left_ > 0 ? Status() : FinishMessage(stream);
}

Status ChunkReader::FeedData(std::span<const uint8_t>& bytes) {
  ChunkStream& stream = streams_[current_];
  if (stream.payload.size() == stream.payload.capacity()) {
    if (Status grown = Grow(stream); !grown) return grown;
  }
  const size_t room = stream.payload.capacity() - stream.payload.size();
  const auto piece = bytes.first(std::min({bytes.size(), data_left_, room}));
  stream.payload.insert(stream.payload.end(), piece.begin(), piece.end());
  bytes = bytes.subspan(piece.size());
  data_left_ -= piece.size();
  return stream.payload.size() < stream.length ? Status() : FinishMessage(stream);
}

/// Twice as large each time, but never larger than the message will be.
Status ChunkReader::Grow(ChunkStream& stream) {
  const size_t before = stream.payload.capacity();
  const size_t after = std::min<size_t>(stream.length, std::max(2 * before, kReserveMax));
  if (unfinished_size_ - before + after > limits_.unfinished_size_max)
    return Fail(ErrorCode::kLimitExceeded, "too many bytes in unfinished messages");
  stream.payload.reserve(after);
  unfinished_size_ += after - before;
  return {};
}

Status ChunkReader::FinishMessage(ChunkStream& stream) {
  stream.in_message = false;
  unfinished_size_ -= stream.payload.capacity();
  Message message{.type = stream.type,
                  .stream_id = stream.stream_id,
                  .timestamp = stream.timestamp,
                  .payload = SharedBytes(std::exchange(stream.payload, {}))};
  if (Status obeyed = Obey(message); !obeyed) return obeyed;
  return sink_.OnMessage(std::move(message));
}

Status ChunkReader::Obey(const Message& message) {
  ByteReader fields(message.payload.view());
  if (message.type == MessageType::kSetChunkSize) {
    const uint32_t size = fields.U32();
    if (!fields.ok() || size == 0 || size > 0x7fffffff)
      return Fail(ErrorCode::kMalformed, "chunk size");
    chunk_size_ = std::min(size, kChunkSizeMax);
  } else if (message.type == MessageType::kAbort) {
    const uint32_t id = fields.U32();
    for (ChunkStream& stream : streams_) {
      if (!fields.ok() || stream.id != id || !stream.in_message) continue;
      unfinished_size_ -= stream.payload.capacity();
      stream.payload = {};
      stream.in_message = false;
    }
  }
  return {};
}

}  // namespace weir::rtmp

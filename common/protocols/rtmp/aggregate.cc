#include "protocols/rtmp/aggregate.h"

#include <algorithm>
#include <utility>

#include "base/byte_reader.h"

namespace weir::rtmp {

Result<std::vector<Message>> SplitAggregate(const Message& aggregate) {
  constexpr size_t kBackPointerSize = 4;
  std::vector<Message> messages;
  ByteReader bytes(aggregate.payload.view());
  uint32_t first_timestamp = 0;
  while (bytes.remaining() > 0) {
    Message message{.type = static_cast<MessageType>(bytes.U8()), .stream_id = aggregate.stream_id};
    const size_t size = bytes.U24();
    const uint32_t low_bits = bytes.U24();
    const uint32_t timestamp = uint32_t{bytes.U8()} << 24 | low_bits;
    bytes.U24();  // stream id: the aggregate's own counts
    const size_t offset = aggregate.payload.size() - bytes.remaining();
    bytes.Bytes(size);
    if (!bytes.ok()) return Fail(ErrorCode::kMalformed, "aggregate message is cut short");
    bytes.Bytes(std::min(kBackPointerSize, bytes.remaining()));  // Some leave out the last one.
    if (messages.empty()) first_timestamp = timestamp;
    message.timestamp = aggregate.timestamp + (timestamp - first_timestamp);
    message.payload = aggregate.payload.Slice(offset, size);
    messages.push_back(std::move(message));
  }
  return messages;
}

}  // namespace weir::rtmp

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "protocols/rtmp/chunk_reader.h"
#include "protocols/rtmp/chunk_writer.h"
#include "support/recording_output.h"

namespace {

using weir::rtmp::Message;

class MessageList final : public weir::rtmp::ChunkReader::Sink {
 public:
  weir::Status OnMessage(Message message) override {
    messages.push_back(std::move(message));
    return {};
  }

  std::vector<Message> messages;
};

using Fields = std::tuple<weir::rtmp::MessageType, uint32_t, uint32_t, std::string>;

std::vector<Fields> FieldsOf(const std::vector<Message>& messages) {
  std::vector<Fields> fields;
  for (const Message& message : messages)
    fields.emplace_back(message.type, message.stream_id, message.timestamp,
                        std::string(message.payload.text()));
  return fields;
}

std::vector<Message> Read(std::span<const uint8_t> bytes, size_t piece_size) {
  const weir::rtmp::ChunkLimits limits{.message_size_max = 1 << 20,
                                       .unfinished_size_max = size_t{2} << 20};
  MessageList list;
  weir::rtmp::ChunkReader reader(list, limits);
  while (!bytes.empty()) {
    const auto piece = bytes.first(std::min(piece_size, bytes.size()));
    if (!reader.Feed(piece)) break;
    if (reader.unfinished_size() > limits.unfinished_size_max) std::abort();
    bytes = bytes.subspan(piece.size());
  }
  return std::move(list.messages);
}

}  // namespace

/// However the bytes are cut, the messages are the same, and written again they are read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t piece_size = size_t{data[0]} + 1;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  std::vector<Message> whole = Read(bytes, bytes.size());
  if (FieldsOf(whole) != FieldsOf(Read(bytes, piece_size))) std::abort();

  // These two steer the reader itself.
  std::erase_if(whole, [](const Message& message) {
    return message.type == weir::rtmp::MessageType::kSetChunkSize ||
           message.type == weir::rtmp::MessageType::kAbort;
  });
  weir::testing::RecordingOutput output;
  weir::rtmp::ChunkWriter writer(output);
  for (const Message& message : whole)
    writer.Write(weir::rtmp::ChunkStreamId::kVideo, message);
  if (FieldsOf(Read(output.written, std::max<size_t>(1, output.written.size()))) != FieldsOf(whole))
    std::abort();
  return 0;
}

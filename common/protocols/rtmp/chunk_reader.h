#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "protocols/rtmp/message.h"

namespace weir::rtmp {

struct ChunkLimits {
  size_t message_size_max = size_t{8} << 20;
  size_t chunk_streams_max = 64;                  ///< Different ones in one connection.
  size_t unfinished_size_max = size_t{16} << 20;  ///< Held for all unfinished messages together.
};

/// Puts messages together from the chunks of a connection, handshake excluded (Adobe RTMP 1.0,
/// section 5.3).
///
///   basic header 1-3 | message header 0, 3, 7 or 11 | extended timestamp 0 or 4 | data
///
/// Set Chunk Size and Abort Message, which change how the very next byte is read, are obeyed here;
/// they are passed on like every other message. A message's memory grows as its bytes arrive, and
/// is exactly as large as the message in the end.
class ChunkReader {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;

    /// An Error ends the reading and comes back from Feed. May not destroy the reader.
    virtual Status OnMessage(Message message) = 0;
  };

  explicit ChunkReader(Sink& sink, ChunkLimits limits = {}) : sink_(sink), limits_(limits) {}

  /// Takes all of `bytes`. kMalformed and kLimitExceeded: the chunks make no sense from here on.
  Status Feed(std::span<const uint8_t> bytes);

  /// What is held for messages that are not finished.
  size_t unfinished_size() const { return unfinished_size_; }

 private:
  static constexpr size_t kHeaderSizeMax = 3 + 11 + 4;

  /// What a chunk stream remembers from one chunk header to the next (section 5.3.1.2).
  struct ChunkStream {
    uint32_t id = 0;
    uint32_t timestamp = 0;
    uint32_t delta = 0;     // added for a message whose header has none
    uint32_t extended = 0;  // last extended timestamp, if the last header had one
    bool has_extended = false;
    bool in_message = false;
    MessageType type = MessageType::kCommand;
    uint32_t stream_id = 0;
    uint32_t length = 0;
    std::vector<uint8_t> payload;
  };

  Status FeedHeader(std::span<const uint8_t>& bytes);
  Status FeedData(std::span<const uint8_t>& bytes);

  /// Bytes of the header's parts, as far as header_ shows them.
  size_t BasicSize() const;
  size_t MessageHeaderSize() const;
  bool HeaderHasExtended() const;

  Status TakeBasicHeader();
  Status TakeExtendedOfContinuation();
  Status TakeHeader(bool with_extended);
  Status BeginMessage(bool with_extended);
  Status BeginData();
  Status Grow(ChunkStream& stream);
  Status FinishMessage(ChunkStream& stream);
  Status Obey(const Message& message);

  Sink& sink_;
  const ChunkLimits limits_;
  std::vector<ChunkStream> streams_;  // few, so a search is quicker than a map
  size_t current_ = 0;                // index of the chunk's stream
  uint32_t chunk_size_ = 128;
  size_t data_left_ = 0;  // of this chunk; 0 while a header is read
  std::array<uint8_t, kHeaderSizeMax> header_{};
  size_t header_size_ = 0;
  size_t unfinished_size_ = 0;
};

}  // namespace weir::rtmp

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/byte_writer.h"
#include "base/shared_bytes.h"
#include "net/byte_session.h"
#include "protocols/rtmp/message.h"

namespace weir::rtmp {

/// The chunk streams that this side sends on. Which one carries what is the sender's choice; these
/// are the usual ones.
enum class ChunkStreamId : uint8_t {
  kControl = 2,  ///< Protocol control messages must use this one.
  kCommand = 3,
  kAudio = 4,
  kStream = 5,  ///< Commands and data of the media stream.
  kVideo = 6,
};

/// Cuts messages into chunks (Adobe RTMP 1.0, section 5.3): the twin of ChunkReader.
///
/// A message's header leaves out what equals the one before on its chunk stream. Payloads are
/// written as slices, uncopied, unless they are so small that copying is cheaper.
class ChunkWriter {
 public:
  /// `output` outlives the writer.
  explicit ChunkWriter(net::ByteOutput& output) : output_(output) {}

  /// Tells the peer, and cuts chunks of `size` bytes of data from now on. 128 until then.
  void SetChunkSize(uint32_t size);

  void Write(ChunkStreamId id, const Message& message);

  /// The same for a payload in several parts; `head.payload` is not looked at.
  void Write(ChunkStreamId id, const Message& head, std::span<const SharedBytes> parts);

 private:
  /// What was last sent on a chunk stream, which later headers refer to.
  struct Sent {
    bool any = false;
    MessageType type = MessageType::kCommand;
    uint32_t stream_id = 0;
    uint32_t timestamp = 0;
    size_t length = 0;
  };

  static constexpr size_t kChunkStreams = 8;

  /// Appends the header of a message's first chunk and returns its extended timestamp, or 0.
  uint32_t PutHeader(ByteWriter& bytes, ChunkStreamId id, const Message& head, size_t length);
  void WriteChunks(ChunkStreamId id, uint32_t extended, std::span<const SharedBytes> parts);
  void WriteContinuation(ChunkStreamId id, uint32_t extended);

  net::ByteOutput& output_;
  uint32_t chunk_size_ = 128;
  std::array<Sent, kChunkStreams> sent_{};
};

}  // namespace weir::rtmp

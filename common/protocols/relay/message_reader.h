#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "media/frame.h"
#include "protocols/relay/wire.h"

namespace weir::relay {

/// Finds the preamble and then the messages in a relay connection's bytes.
///
/// The payload of a frame is put together once, in the buffer it stays in. Memory is taken as bytes
/// arrive: a length that is only claimed costs 1 MiB at most.
class MessageReader {
 public:
  struct Limits {
    size_t control_max = kHandshakeMax;
    size_t frame_max = 0;  ///< Payload bytes; 0 refuses every frame.
  };

  /// Told what was found. An Error stops the reader for good. May call SetLimits.
  class Sink {
   public:
    virtual ~Sink() = default;

    /// Once, before all messages. Bytes of a version that is not spoken here are not read on.
    virtual Status OnVersion(uint8_t version) = 0;

    /// Messages of an unknown type that are flagged as optional do not get here. `body` is good
    /// during the call.
    virtual Status OnMessage(MessageType type, uint32_t channel, std::span<const uint8_t> body) = 0;

    virtual Status OnFrame(uint32_t channel, media::Frame frame) = 0;
  };

  explicit MessageReader(Sink& sink) : sink_(sink) {}

  /// For the messages whose head has not been read yet.
  void SetLimits(const Limits& limits) { limits_ = limits; }

  /// Takes all of `bytes`. kMalformed without the magic or with a broken frame head, kLimitExceeded
  /// past a limit, kUnsupported for an unknown message that is not optional; or the sink's Error.
  Status Feed(std::span<const uint8_t> bytes);

 private:
  enum class State { kPreamble, kHead, kFrameHead, kBody, kPayload, kSkip };

  Status Step(std::span<const uint8_t>& bytes);
  bool Fill(std::span<const uint8_t>& bytes, size_t size);
  Status ReadPreamble();
  Status ReadHead();
  Status StartBody();
  Status ReadFrameHead();
  Status TakeBody(std::span<const uint8_t>& bytes);
  Status TakePayload(std::span<const uint8_t>& bytes);
  void Skip(std::span<const uint8_t>& bytes);

  Sink& sink_;
  Limits limits_;
  State state_ = State::kPreamble;
  std::array<uint8_t, kFrameHeadSize> fixed_{};  ///< A head that is cut short.
  size_t filled_ = 0;

  // The message under way.
  MessageType type_ = MessageType::kPing;
  uint32_t channel_ = 0;
  size_t length_ = 0;
  std::vector<uint8_t> body_;
  media::Frame frame_;
};

}  // namespace weir::relay

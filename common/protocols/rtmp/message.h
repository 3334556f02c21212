#pragma once

#include <cstdint>

#include "base/shared_bytes.h"

namespace weir::rtmp {

/// Message type ids (Adobe RTMP 1.0, sections 5.4, 6.2 and 7.1).
enum class MessageType : uint8_t {
  kSetChunkSize = 1,
  kAbort = 2,
  kAcknowledgement = 3,
  kUserControl = 4,
  kWindowSize = 5,
  kPeerBandwidth = 6,
  kAudio = 8,
  kVideo = 9,
  kDataAmf3 = 15,
  kSharedObjectAmf3 = 16,
  kCommandAmf3 = 17,
  kData = 18,
  kSharedObject = 19,
  kCommand = 20,
  kAggregate = 22,
};

/// Event types of a kUserControl message (section 7.1.7).
enum class UserEvent : uint16_t {
  kStreamBegin = 0,
  kPingRequest = 6,
  kPingResponse = 7,
};

/// One whole message, put together from its chunks.
struct Message {
  MessageType type = MessageType::kCommand;
  uint32_t stream_id = 0;
  uint32_t timestamp = 0;  ///< Milliseconds; wraps after 49 days.
  SharedBytes payload = {};
};

}  // namespace weir::rtmp

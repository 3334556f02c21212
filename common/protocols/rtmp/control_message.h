#pragma once

#include <cstdint>
#include <optional>

#include "protocols/rtmp/message.h"

namespace weir::rtmp {

// Protocol control messages (Adobe RTMP 1.0, sections 5.4 and 7.1.7) other than Set Chunk Size.

Message WindowSizeMessage(uint32_t bytes);

/// Set Peer Bandwidth of the limit type "dynamic", which commits the peer to nothing.
Message PeerBandwidthMessage(uint32_t bytes);

Message AcknowledgementMessage(uint32_t sequence_number);

Message UserEventMessage(UserEvent event, uint32_t value);

/// The number in a kWindowSize or kPeerBandwidth message.
std::optional<uint32_t> ReadWindowSize(const Message& message);

/// The answer to a kUserControl message, if it asks for one: it is a ping request.
std::optional<Message> AnswerToUserEvent(const Message& message);

}  // namespace weir::rtmp

#pragma once

#include <cstdint>
#include <span>

#include "base/shared_bytes.h"
#include "protocols/relay/wire.h"

namespace weir::relay {

/// The first bytes of either side.
SharedBytes WritePreamble();

/// A control message, ready for the wire.
SharedBytes WriteMessage(MessageType type, uint32_t channel, std::span<const uint8_t> body = {});

/// The same for a message that a peer who does not know it leaves out.
SharedBytes WriteOptionalMessage(MessageType type, uint32_t channel,
                                 std::span<const uint8_t> body = {});

}  // namespace weir::relay

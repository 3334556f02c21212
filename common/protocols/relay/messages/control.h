#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace weir::relay {

/// An operator's order about one stream, passed from the origin to the edges that serve it.
struct ControlMessage {
  enum class Action {
    kEndViewers,  ///< Drop who watches now; newcomers are let in.
    kConclude,    ///< Playlists get their end; the stream's own end follows.
  };
  Action action = Action::kEndViewers;
  std::string reason;  ///< In words, for logs and for viewers whose protocol can carry it.

  bool operator==(const ControlMessage&) const = default;
};

std::vector<uint8_t> Encode(const ControlMessage& message);

/// Nothing for an action of a later version: to be ignored.
Result<std::optional<ControlMessage>> DecodeControlMessage(std::span<const uint8_t> body);

}  // namespace weir::relay

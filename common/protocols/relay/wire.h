#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace weir::relay {

/// The first bytes of either side: magic, version, reserved. OvenMediaEngine's OVT v1 begins with
/// 0x40 or 0x60, so that the two can be told apart by their first byte.
///
///     0        4         5           8
///     | "WEIR" | version | reserved |
inline constexpr std::array<uint8_t, 4> kMagic{'W', 'E', 'I', 'R'};
inline constexpr uint8_t kVersion = 1;
inline constexpr size_t kPreambleSize = 8;

/// Before every message. `length` counts what follows the head.
///
///     0        4      5       6          8         12
///     | length | type | flags | reserved | channel | body ...
inline constexpr size_t kHeadSize = 12;

/// In `flags`: who does not know the type leaves the message out. Without it that ends the
/// connection.
inline constexpr uint8_t kOptional = 0x01;

/// The body of a frame: this, and then the payload.
///
///     0       4       5          8     16    24         32       40        48
///     | track | flags | reserved | dts | pts | duration | number | utc_us | payload ...
///
/// Times are MediaTime ticks; `number` and `utc_us` (microseconds since 1970) stand for the segment
/// mark where flag kMark is set, and are zero else.
inline constexpr size_t kFrameHeadSize = 48;
inline constexpr uint8_t kKeyFlag = 0x01;
inline constexpr uint8_t kMarkFlag = 0x02;

/// Longest control message before the peer has proved that it knows the secret.
inline constexpr size_t kHandshakeMax = 4096;

enum class MessageType : uint8_t {
  // The handshake, in this order, on channel 0.
  kHello = 1,      ///< Edge.
  kChallenge = 2,  ///< Origin.
  kProof = 3,      ///< Edge.
  kAccept = 4,     ///< Origin.
  kRefused = 5,    ///< Origin, instead of any of its own: the last message.

  // From the edge, on the channel it picks.
  kSubscribe = 16,
  kUnsubscribe = 17,  ///< Empty.
  kCredit = 18,
  kStats = 19,

  // From the edge, on channel 0; optional.
  kViewers = 24,
  kViewersEnded = 25,

  // From the origin.
  kDescribe = 32,
  kFrame = 33,
  kGap = 34,  ///< Empty.
  kEnd = 35,
  kControl = 36,
  kEvents = 37,   ///< Of the frame that follows on the channel. Optional.
  kPresent = 38,  ///< Empty: the past that was asked for has been sent. Optional.

  // From the origin, on channel 0; optional.
  kFindViewers = 40,
  kEndViewers = 41,

  // Both, on channel 0; empty.
  kPing = 64,
  kPong = 65,
};

}  // namespace weir::relay

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "net/byte_session.h"
#include "protocols/rtmp/handshake_digest.h"
#include "protocols/rtmp/random_source.h"

namespace weir::rtmp {

/// The server's side of the RTMP handshake: the simple form (Adobe RTMP 1.0, section 5.2), and the
/// digest form where the client uses it. What the client echoes in C2 is not looked at.
///
///   kWaitC0C1 --C0+C1 / S0+S1+S2--> kWaitC2 --C2--> kDone
class Handshake {
 public:
  enum class State { kWaitC0C1, kWaitC2, kDone };

  /// `output` and `random` outlive the handshake.
  Handshake(net::ByteOutput& output, const RandomSource& random)
      : output_(output), random_(random) {}

  /// Returns how many bytes it took: fewer than given only once it is done, the rest being chunks.
  /// kUnsupported: another version than 3, such as RTMPE; told by the very first byte.
  Result<size_t> Feed(std::span<const uint8_t> bytes);

  bool done() const { return state_ == State::kDone; }

 private:
  size_t wanted() const;
  void TakePart();
  void Answer(std::span<const uint8_t, kHandshakeSize> c1);

  net::ByteOutput& output_;
  const RandomSource& random_;
  State state_ = State::kWaitC0C1;
  std::vector<uint8_t> part_;  // what has come of C0+C1, then of C2
};

}  // namespace weir::rtmp

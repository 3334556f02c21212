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

/// The client's side of the simple RTMP handshake (Adobe RTMP 1.0, section 5.2). The server's echo
/// is not looked at.
///
///   Start / C0+C1 --> kWaitS0S1 --S0+S1 / C2--> kWaitS2 --S2--> kDone
class ClientHandshake {
 public:
  enum class State { kWaitS0S1, kWaitS2, kDone };

  /// `output` outlives the handshake.
  explicit ClientHandshake(net::ByteOutput& output) : output_(output) {}

  /// Speaks first. Call once.
  void Start(const RandomSource& random);

  /// Returns how many bytes it took: fewer than given only once it is done, the rest being chunks.
  /// kUnsupported: the server's version is not 3.
  Result<size_t> Feed(std::span<const uint8_t> bytes);

  bool done() const { return state_ == State::kDone; }

 private:
  size_t wanted() const { return state_ == State::kWaitS0S1 ? 1 + kHandshakeSize : kHandshakeSize; }

  net::ByteOutput& output_;
  State state_ = State::kWaitS0S1;
  std::vector<uint8_t> part_;  // what has come of S0+S1, then of S2
};

}  // namespace weir::rtmp

#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/result.h"

namespace weir::relay {

/// Finds a peer that does not finish its handshake, or is dead: decides when to ping and when to
/// give up.
///
/// Pings once a second while nothing arrives, and also while nothing was written, so that a peer
/// whose own pings wait behind a slow link's queue still hears from us.
class Liveness {
 public:
  static constexpr Clock::duration kPingAfter = std::chrono::seconds(1);
  static constexpr Clock::duration kDeadAfter = std::chrono::seconds(3);

  Liveness(Clock::time_point now, Clock::duration handshake_patience)
      : handshake_until_(now + handshake_patience), received_(now), next_(now + kPingAfter) {}

  void OnHandshakeDone() { open_ = true; }

  void OnReceived(Clock::time_point now) { received_ = now; }

  void OnWrote() { wrote_ = true; }

  /// Whether a ping is due. kUnavailable: the peer is to be given up.
  Result<bool> MustPing(Clock::time_point now) {
    if (now < NextLook()) return false;
    if (!open_) return Fail(ErrorCode::kUnavailable, "the handshake took too long");
    const Clock::duration silence = now - received_;
    if (silence >= kDeadAfter) {
      return Fail(ErrorCode::kUnavailable, "nothing heard of the peer for 3 s");
    }
    const bool ping = silence >= kPingAfter || !wrote_;
    wrote_ = false;
    next_ = silence >= kPingAfter ? std::min(now + kPingAfter, received_ + kDeadAfter)
                                  : received_ + kPingAfter;
    return ping;
  }

  /// When to ask. Stays where it is between looks, however much arrives: so no timer is restarted
  /// per message.
  Clock::time_point NextLook() const { return open_ ? next_ : handshake_until_; }

 private:
  Clock::time_point handshake_until_;
  Clock::time_point received_;
  Clock::time_point next_;
  bool open_ = false;
  bool wrote_ = true;
};

}  // namespace weir::relay

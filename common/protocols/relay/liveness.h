#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.h"

namespace weir::relay {

/// Finds a dead peer: decides when to ping and when to give up.
///
/// Pings once a second while nothing arrives, and also while nothing was written, so that a peer
/// whose own pings wait behind a slow link's queue still hears from us.
class Liveness {
 public:
  enum class Verdict { kFine, kPing, kDead };

  static constexpr Clock::duration kPingAfter = std::chrono::seconds(1);
  static constexpr Clock::duration kDeadAfter = std::chrono::seconds(3);

  explicit Liveness(Clock::time_point now) : received_(now), next_(now + kPingAfter) {}

  void OnReceived(Clock::time_point now) { received_ = now; }

  void OnWrote() { wrote_ = true; }

  /// To be asked when NextLook() has come.
  Verdict Look(Clock::time_point now) {
    const Clock::duration silence = now - received_;
    if (silence >= kDeadAfter) return Verdict::kDead;
    const bool ping = silence >= kPingAfter || !wrote_;
    wrote_ = false;
    next_ = silence >= kPingAfter ? std::min(now + kPingAfter, received_ + kDeadAfter)
                                  : received_ + kPingAfter;
    return ping ? Verdict::kPing : Verdict::kFine;
  }

  /// Stays where it is between looks, however much arrives: so no timer is restarted per message.
  Clock::time_point NextLook() const { return next_; }

 private:
  Clock::time_point received_;
  Clock::time_point next_;
  bool wrote_ = true;
};

}  // namespace weir::relay

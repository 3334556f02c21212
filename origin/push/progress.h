#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace weir::push {

/// States of a push, by OvenMediaEngine's names.
enum class State {
  kReady,       ///< There is no such stream now.
  kConnecting,  ///< To the destination.
  kPushing,
  kStopping,
  kStopped,
  kError,  ///< It failed, and is tried again by itself.
};

constexpr std::string_view NameOf(State state) {
  switch (state) {
    case State::kReady:
      return "ready";
    case State::kConnecting:
      return "connecting";
    case State::kPushing:
      return "pushing";
    case State::kStopping:
      return "stopping";
    case State::kStopped:
      return "stopped";
    case State::kError:
      return "error";
  }
  return "?";
}

/// How far a push is.
struct Progress {
  State state = State::kReady;
  std::string reason{};  ///< Why the last attempt ended, until one works; shows no secret.

  uint64_t sent_bytes = 0;  ///< Of the present attempt, or the last.
  std::chrono::milliseconds sent_time{0};
  uint64_t total_sent_bytes = 0;  ///< Of all.
  std::chrono::milliseconds total_sent_time{0};
  uint64_t frames_dropped = 0;  ///< Of all: for want of room on the way.
  int64_t sequence = 0;         ///< Attempts that have ended.
  uint64_t failures = 0;        ///< Those of them that did not work.

  std::optional<UtcTime> started{};   ///< The present attempt, or the last.
  std::optional<UtcTime> finished{};  ///< The last attempt that did.

  bool operator==(const Progress&) const = default;
};

}  // namespace weir::push

#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "net/byte_session.h"

namespace weir::testing {

/// A session made of functions, for tests of what drives or wraps sessions. It keeps all that it
/// was told.
class ScriptedSession final : public net::ByteSession {
 public:
  ScriptedSession() = default;

  explicit ScriptedSession(std::function<void()> on_destroyed)
      : on_destroyed_(std::move(on_destroyed)) {}

  ScriptedSession(const ScriptedSession&) = delete;
  ScriptedSession& operator=(const ScriptedSession&) = delete;

  ~ScriptedSession() override {
    if (on_destroyed_) on_destroyed_();
  }

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override {
    received.append(bytes.begin(), bytes.end());
    last_told = now;
    return on_bytes ? on_bytes(bytes) : Status{};
  }

  Status OnDeadline(Clock::time_point now) override {
    ++deadlines;
    last_told = now;
    deadline.reset();
    return on_deadline ? on_deadline() : Status{};
  }

  Status OnWritable(Clock::time_point now) override {
    ++writables;
    last_told = now;
    return on_writable ? on_writable() : Status{};
  }

  std::optional<Clock::time_point> NextDeadline() const override { return deadline; }

  void OnTurnEnd() override {
    ++turn_ends;
    if (on_turn_end) on_turn_end();
  }

  std::function<Status(std::span<const uint8_t>)> on_bytes;
  std::function<Status()> on_deadline;
  std::function<Status()> on_writable;
  std::function<void()> on_turn_end;
  std::optional<Clock::time_point> deadline;

  std::string received;
  int deadlines = 0;
  int writables = 0;
  int turn_ends = 0;
  Clock::time_point last_told;

 private:
  std::function<void()> on_destroyed_;
};

}  // namespace weir::testing

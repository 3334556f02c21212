#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "edge/viewers/viewer_key.h"
#include "stream/stream_path.h"

namespace weir::edge {

/// All who watch one stream.
struct Audience {
  explicit Audience(stream::StreamPath its_path) : path(std::move(its_path)) {}

  const stream::StreamPath path;
  /// Who asks for nothing for this long has left. Longer than any request is held.
  std::atomic<Clock::duration> patience{std::chrono::seconds(23)};
  size_t watching = 0;  ///< Of the book that has it.
};

/// One HLS session: somebody who plays one stream, however many connections that takes.
///
/// Thread: any. Shared by the loops that its requests arrive on, and therefore all of it either
/// immutable or atomic: a message for each request would cost more than the request.
class Viewer {
 public:
  /// Ended viewers are refused for so long: every player has given up by then.
  static constexpr Clock::duration kRefusedFor = std::chrono::seconds(30);
  /// But one that starts over, with a multivariant playlist, is let in as soon as this.
  static constexpr Clock::duration kRestartAfter = std::chrono::seconds(3);

  enum class Standing {
    kWatching,
    kRefused,
    kOver,  ///< Whoever asks now is a new viewer.
  };

  /// As much of a user agent as tells viewers apart.
  static std::string_view KeptPart(std::string_view user_agent) {
    constexpr size_t kUserAgentMax = 512;
    return user_agent.substr(0, kUserAgentMax);
  }

  Viewer(const ViewerKey& key, std::string id, std::shared_ptr<Audience> audience, UtcTime created,
         Clock::time_point now);

  Viewer(const Viewer&) = delete;
  Viewer& operator=(const Viewer&) = delete;

  /// `restarts`: the request is one that players begin with.
  Standing At(Clock::time_point now, bool restarts) const;

  void Seen(Clock::time_point now) {
    last_seen_.store(now, std::memory_order_relaxed);
    requests_.fetch_add(1, std::memory_order_relaxed);
  }

  void AddBytes(uint64_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }

  // For the book alone.
  void End(Clock::time_point now);

  void Leave() { state_.store(State::kGone, std::memory_order_release); }

  bool watching() const { return state_.load(std::memory_order_acquire) == State::kWatching; }

  bool gone() const { return state_.load(std::memory_order_acquire) == State::kGone; }

  Clock::time_point ended_at() const { return ended_at_.load(std::memory_order_relaxed); }

  const std::string& id() const { return id_; }  ///< The mediaSessionId.

  /// Good as long as the viewer.
  ViewerKey key() const;

  Audience& audience() const { return *audience_; }

  const stream::StreamPath& path() const { return audience_->path; }

  const std::string& token() const { return token_; }

  const std::string& address() const { return address_; }

  const std::string& user_agent() const { return user_agent_; }

  UtcTime created() const { return created_; }

  Clock::time_point last_seen() const { return last_seen_.load(std::memory_order_relaxed); }

  uint64_t requests() const { return requests_.load(std::memory_order_relaxed); }

  /// Of bodies.
  uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  enum class State : uint8_t { kWatching, kEnded, kGone };

  const std::string id_;
  const std::shared_ptr<Audience> audience_;
  const std::string token_;
  const std::string address_;
  const std::string user_agent_;
  const UtcTime created_;
  std::atomic<State> state_{State::kWatching};
  std::atomic<Clock::time_point> last_seen_;
  std::atomic<Clock::time_point> ended_at_{};
  std::atomic<uint64_t> requests_{0};
  std::atomic<uint64_t> bytes_{0};
};

using ViewerPtr = std::shared_ptr<Viewer>;

}  // namespace weir::edge

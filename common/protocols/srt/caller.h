#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <srt.h>

#include "base/clock.h"
#include "base/result.h"
#include "net/event_loop.h"
#include "net/name_lookup.h"
#include "net/socket_address.h"
#include "net/timer.h"
#include "protocols/srt/caller_options.h"

namespace weir::srt {

/// One outgoing SRT connection in live mode, which only sends: the only place that calls libsrt.
///
///   looking up --addresses--> connecting --connected--> sending --broken--> ended
///                               \  ^ next address
///                                \-- timeout, no address left ------------> ended
///
/// Thread: belongs to its loop. libsrt has threads and locks of its own and may hold a call up for
/// some ten milliseconds when another connection closes, so that loop should be a separate one.
class Caller {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    virtual void OnConnected() = 0;

    /// The last call; the caller may be destroyed inside it.
    virtual void OnEnded(const Error& reason) = 0;
  };

  struct Stats {
    uint64_t bytes = 0;  ///< Handed to libsrt.
    uint64_t messages_lost = 0;
  };

  /// A Library lives as long. Its owner is told from a later turn of the loop.
  Caller(net::EventLoop& loop, CallerOptions options, Owner& owner);
  ~Caller();

  Caller(const Caller&) = delete;
  Caller& operator=(const Caller&) = delete;

  /// One message of at most CallerOptions::payload_size bytes. False when it was lost: there is no
  /// connection, or no room in libsrt's buffer.
  bool Send(std::span<const uint8_t> message);

  /// What was sent and is not acknowledged.
  size_t unsent_bytes() const;

  size_t payload_size() const { return options_.payload_size; }

  const Stats& stats() const { return stats_; }

 private:
  enum class State { kLookingUp, kConnecting, kConnected, kEnded };

  void OnTime();
  void ConnectNext();
  Status Connect(const net::SocketAddress& address);
  Status SetOptions();
  template <class Value>
  bool Set(SRT_SOCKOPT option, const Value& value);
  bool Set(SRT_SOCKOPT option, const std::string& text);
  void Watch();
  std::string RejectReason() const;
  void Close();
  void End(Error reason);

  net::EventLoop& loop_;
  const CallerOptions options_;
  Owner& owner_;
  const Clock::time_point give_up_at_;
  State state_ = State::kLookingUp;
  std::unique_ptr<net::NameLookup> lookup_;
  std::vector<net::SocketAddress> addresses_;
  size_t next_address_ = 0;
  SRTSOCKET socket_ = SRT_INVALID_SOCK;
  std::optional<Error> reason_;
  Stats stats_;
  net::Timer timer_;
};

}  // namespace weir::srt

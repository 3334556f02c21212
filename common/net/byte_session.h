#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/shared_bytes.h"

namespace weir::net {

/// Where a session writes. Calling it never calls back into the session.
class ByteOutput {
 public:
  virtual ~ByteOutput() = default;

  /// Queues `bytes` behind what was written before. All that is written in one turn of the loop
  /// leaves in one system call. Once unsent_bytes() passes the driver's limit the connection ends
  /// with kLimitExceeded, so a session with much to say looks at unsent_bytes() first.
  virtual void Write(SharedBytes bytes) = 0;

  /// What was written and the kernel has not taken yet.
  virtual size_t unsent_bytes() const = 0;

  /// Asks the driver to call the session's OnTurnEnd once, at the end of this turn of the loop and
  /// before what was written in it leaves: for a session that joins its writes. False where turns
  /// have no end, as in most tests: what waits must be written at once then.
  virtual bool RequestTurnEnd() { return false; }

  /// Asks the driver to send what was written and then to end the connection for `reason`. The
  /// session gets no more calls but its destructor. For ends decided outside of OnBytes and
  /// OnDeadline; inside them, return the Error instead.
  virtual void Finish(Error reason) = 0;
};

/// One conversation over a byte stream, without sockets, clocks, timers or threads: everything it
/// knows it was told. A TcpConnection drives it in production and a test drives it by hand.
class ByteSession {
 public:
  virtual ~ByteSession() = default;

  /// Takes all of `bytes`. An Error ends the conversation; what was written before it is still
  /// sent.
  virtual Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) = 0;

  /// Called once the deadline below has passed.
  virtual Status OnDeadline(Clock::time_point now) = 0;

  /// When to call OnDeadline. Asked again after every call and once per turn of the loop in which
  /// the session wrote something.
  virtual std::optional<Clock::time_point> NextDeadline() const = 0;

  /// The kernel has taken so much that unsent_bytes() fell below the driver's low-water mark
  /// (kLowWater): a session that held back may write on.
  virtual Status OnWritable(Clock::time_point /*now*/) { return {}; }

  /// The end of a turn in which ByteOutput::RequestTurnEnd was called.
  virtual void OnTurnEnd() {}
};

/// Below this many unsent bytes a connection calls OnWritable.
inline constexpr size_t kLowWater = size_t{256} * 1024;

/// Who is at the other end.
struct Peer {
  std::string address;  ///< "192.0.2.1:50123" or "[2001:db8::1]:50123": for logs.
  bool secure = false;  ///< Under TLS.
  std::string alpn{};   ///< What TLS agreed to speak ("h2"), or empty.
};

/// Makes the session of a new connection. `output` outlives the session. `now` is the time of
/// arrival.
using SessionFactory = std::function<std::unique_ptr<ByteSession>(
    ByteOutput& output, const Peer& peer, Clock::time_point now)>;

}  // namespace weir::net

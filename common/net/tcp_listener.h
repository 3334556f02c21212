#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/byte_session.h"
#include "net/connection_cap.h"
#include "net/event_loop.h"
#include "net/network.h"

namespace weir::net {

class TlsServerContext;

struct ListenOptions {
  std::string address = "0.0.0.0";  ///< IPv4 or IPv6, numeric.
  uint16_t port = 0;                ///< 0 takes any free one.
  std::string component{};          ///< For log lines: "rtmp", "http".
  size_t connections_max = 100'000;
  size_t unsent_max = size_t{16} << 20;  ///< Bytes per connection; more ends it.
  Clock::duration write_patience = std::chrono::seconds(30);  ///< Unsent bytes that do not move.
  const TlsServerContext* tls = nullptr;  ///< Speak TLS when set; outlives the listener.

  /// When set, connections are taken from these networks only, and begin with a PROXY header that
  /// says whose they are, before TLS. Outlives the listener.
  const Networks* proxies = nullptr;

  /// Limits the connections of one client: the one behind the proxy, where there is one. Outlives
  /// the listener.
  ConnectionCap* cap = nullptr;
};

/// Accepts TCP connections on its loop, makes a session for each and owns them all. Every loop has
/// a listener of its own on the same port (SO_REUSEPORT).
///
/// A session goes as soon as its conversation is over, while its last words may still leave. The
/// listener may be destroyed inside a call of a session, but not while one is made.
///
/// A connection's end is logged once, with its reason: at debug level when it ended in good order.
/// Those that are refused share a line a second.
class TcpListener {
 public:
  TcpListener(EventLoop& loop, ListenOptions options, SessionFactory make_session);
  ~TcpListener();  ///< Drops the connections.

  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  Status Listen();

  /// Accepts no more; what is connected goes on.
  void StopAccepting();

  uint16_t port() const;  ///< The one in use.
  size_t connections() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::net

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/byte_session.h"
#include "net/event_loop.h"

namespace weir::net {

class TlsClientContext;

struct ConnectOptions {
  std::string host{};  ///< Name or numeric address.
  uint16_t port = 0;
  Clock::duration patience = std::chrono::seconds(5);  ///< Name look-up and connecting together.
  size_t unsent_max = size_t{16} << 20;
  Clock::duration write_patience = std::chrono::seconds(30);
  /// For the peer's system to acknowledge what was sent, and to open a window that it closed; zero
  /// leaves it to the kernel, which waits for a quarter of an hour.
  Clock::duration unacknowledged_patience{0};
  const TlsClientContext* tls = nullptr;  ///< Speak TLS when set; outlives the client.
};

/// One outgoing TCP connection: looks the name up off the loop, connects, makes the session and
/// drives it. Destroying it drops the connection: at any point, even inside a call of its session,
/// which then lives on to the end of the turn.
class TcpClient {
 public:
  /// `on_ended` is called once, from a later turn of the loop: why connecting failed, or why the
  /// connection ended. The session gets no more calls by then, but lives: whoever points at it lets
  /// go here. The client may be destroyed inside it.
  TcpClient(EventLoop& loop, ConnectOptions options, SessionFactory make_session,
            std::function<void(Error)> on_ended);
  ~TcpClient();

  TcpClient(const TcpClient&) = delete;
  TcpClient& operator=(const TcpClient&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::net

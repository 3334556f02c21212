#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "http/client_message.h"
#include "http/url.h"
#include "net/event_loop.h"

namespace weir::net {
class TlsClientContext;
}  // namespace weir::net

namespace weir::http {

struct ClientOptions {
  size_t connections_max = 32;  ///< Open at a time; who finds none free waits.
  size_t calls_max = 1'024;     ///< Waiting or under way; more fail at once.
  size_t idle_max = 8;          ///< Connections kept for later.
  Clock::duration idle_patience = std::chrono::seconds(15);  ///< For each of these.
  ResponseLimits limits{};
  const net::TlsClientContext* tls = nullptr;  ///< For https; outlives the client.
};

/// Asks other servers by HTTP/1.1: keeps connections for the next request, looks names up and
/// connects without blocking, checks certificates.
///
/// Thread: its loop's. Destroying it, even inside an answer, drops what is under way unanswered.
class Client {
 public:
  using Answer = std::function<void(Result<ClientResponse>)>;

  /// `loop` outlives it.
  Client(net::EventLoop& loop, ClientOptions options);
  ~Client();

  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Calls `answer` once, from a later turn of the loop, with any answer that came whole within
  /// `patience`, whatever its status, or with the reason why none did. Redirects are not followed.
  void Send(const Url& url, ClientRequest request, Clock::duration patience, Answer answer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::http

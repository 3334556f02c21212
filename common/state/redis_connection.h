#pragma once

#include <functional>
#include <memory>

#include "net/event_loop.h"
#include "net/tcp_client.h"
#include "state/redis_options.h"
#include "state/redis_session.h"

namespace weir::state {

/// One connection to a Redis server or sentinel, from connecting to its end.
///
/// Thread: its loop's. May be destroyed inside any call.
class RedisConnection {
 public:
  /// `owner` hears the session; `on_ended` is called once: no reply comes after it. `owner` and
  /// `tls`, which may be null, outlive it.
  RedisConnection(net::EventLoop& loop, const Endpoint& endpoint, const RedisGreeting& greeting,
                  const net::TlsClientContext* tls, RedisSession::Owner& owner,
                  std::function<void(const Error&)> on_ended);
  ~RedisConnection();

  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;

  /// Only once the owner was told that it is ready.
  void Send(const std::vector<std::string_view>& command, RedisSession::OnReply on_reply);

  /// Commands without a reply.
  size_t in_flight() const;

 private:
  void OnEnded(const Error& reason);

  net::EventLoop& loop_;
  std::function<void(const Error&)> on_ended_;
  RedisSession* session_ = nullptr;  // The client's, once it is connected.
  net::TcpClient client_;
};

}  // namespace weir::state

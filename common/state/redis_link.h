#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/backoff.h"
#include "net/event_loop.h"
#include "net/timer.h"
#include "state/redis_connection.h"
#include "state/sentinel_query.h"

namespace weir::state {

/// A connection to the Redis server, or to whoever the sentinels say is the master, made again
/// whenever it ends, with growing waits in between.
///
/// Thread: its loop's. May be destroyed inside any call.
class RedisLink final : private RedisSession::Owner {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    virtual void OnLinkUp() = 0;
    virtual void OnLinkDown() = 0;  ///< Only after OnLinkUp.
    virtual void OnPublished(const std::string& message) = 0;
  };

  /// With a `channel` it listens, without one it takes commands. `options`, `tls`, which may be
  /// null, and `owner` outlive it. `random` returns numbers evenly spread over [0, 1).
  RedisLink(net::EventLoop& loop, const RedisOptions& options, const net::TlsClientContext* tls,
            std::string channel, std::function<double()> random, Owner& owner);

  RedisLink(const RedisLink&) = delete;
  RedisLink& operator=(const RedisLink&) = delete;

  bool up() const { return up_ && !abandon_.active(); }

  /// Only while up. No reply comes after OnLinkDown.
  void Send(const std::vector<std::string_view>& command, RedisSession::OnReply on_reply);

  size_t in_flight() const { return connection_ != nullptr ? connection_->in_flight() : 0; }

  /// The server is of no use any more: soon ends the connection, and looks for the master again.
  void Abandon(const std::string& why);

  /// Who it is connected to, or last tried to be.
  const Endpoint& server() const { return server_; }

  /// Why it is not up.
  const std::string& trouble() const { return trouble_; }

 private:
  void OnReady() override;

  void OnPublished(const std::string& message) override { owner_.OnPublished(message); }

  void Start();
  void Connect(const Endpoint& server);
  void OnEnded(const Error& reason);

  net::EventLoop& loop_;
  const RedisOptions& options_;
  const net::TlsClientContext* tls_;
  const std::string channel_;
  Owner& owner_;
  Backoff backoff_;
  net::Timer retry_;
  net::Timer abandon_;
  std::unique_ptr<SentinelQuery> query_;
  Endpoint server_;
  std::unique_ptr<RedisConnection> connection_;
  bool up_ = false;
  std::string trouble_ = "not connected yet";
};

}  // namespace weir::state

#include "state/redis_link.h"

#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace weir::state {
namespace {

constexpr Backoff::Options kBackoff = {.first = std::chrono::milliseconds(200),
                                       .most = std::chrono::seconds(5)};

}  // namespace

RedisLink::RedisLink(net::EventLoop& loop, const RedisOptions& options,
                     const net::TlsClientContext* tls, std::string channel,
                     std::function<double()> random, Owner& owner)
    : loop_(loop),
      options_(options),
      tls_(tls),
      channel_(std::move(channel)),
      owner_(owner),
      backoff_(kBackoff, std::move(random)),
      retry_(loop, [this] { Start(); }),
      abandon_(loop, [this] { OnEnded({.code = ErrorCode::kUnavailable, .detail = trouble_}); }),
      server_(options.server) {
  Start();
}

void RedisLink::Start() {
  if (options_.sentinels.empty()) return Connect(options_.server);
  query_ = std::make_unique<SentinelQuery>(loop_, options_, tls_, [this](Result<Endpoint> master) {
    query_.reset();
    if (!master) return OnEnded(master.error());
    Connect(*master);
  });
}

void RedisLink::Connect(const Endpoint& server) {
  server_ = server;
  const RedisGreeting greeting = {.user = options_.user,
                                  .password = options_.password,
                                  .must_be_master = !options_.sentinels.empty(),
                                  .channel = channel_};
  RedisSession::Owner& self = *this;
  connection_ = std::make_unique<RedisConnection>(loop_, server, greeting, tls_, self,
                                                  [this](const Error& reason) { OnEnded(reason); });
}

void RedisLink::Send(const std::vector<std::string_view>& command, RedisSession::OnReply on_reply) {
  connection_->Send(command, std::move(on_reply));
}

void RedisLink::Abandon(const std::string& why) {
  if (!up_ || abandon_.active()) return;
  trouble_ = why;
  abandon_.Start(Clock::duration::zero());
}

void RedisLink::OnReady() {
  up_ = true;
  backoff_.Reset();
  trouble_.clear();
  log::Info("state", server_.Text(), "connected to redis{}", channel_.empty() ? "" : " to listen");
  owner_.OnLinkUp();
}

void RedisLink::OnEnded(const Error& reason) {
  abandon_.Stop();
  const bool was_up = std::exchange(up_, false);
  // The same trouble again and again is one line.
  if (was_up || trouble_ != reason.detail)
    log::Warn("state", server_.Text(), "no redis: {}", reason.detail);
  trouble_ = reason.detail;
  retry_.Start(backoff_.Next());
  const std::unique_ptr<RedisConnection> ended = std::move(connection_);
  if (was_up) owner_.OnLinkDown();
}

}  // namespace weir::state

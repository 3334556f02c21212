#include "state/redis_connection.h"

#include <utility>

namespace weir::state {
namespace {

constexpr Clock::duration kConnectPatience = std::chrono::seconds(2);
// Far above what a store lets wait (CallTable::kBytesMax).
constexpr size_t kUnsentMax = size_t{32} << 20;

net::ConnectOptions Target(const Endpoint& endpoint, const net::TlsClientContext* tls) {
  net::ConnectOptions target;
  target.host = endpoint.host;
  target.port = endpoint.port;
  target.patience = kConnectPatience;
  target.unsent_max = kUnsentMax;
  target.tls = tls;
  return target;
}

}  // namespace

RedisConnection::RedisConnection(net::EventLoop& loop, const Endpoint& endpoint,
                                 const RedisGreeting& greeting, const net::TlsClientContext* tls,
                                 RedisSession::Owner& owner,
                                 std::function<void(const Error&)> on_ended)
    : loop_(loop),
      on_ended_(std::move(on_ended)),
      client_(
          loop, Target(endpoint, tls),
          [this, greeting, &owner](net::ByteOutput& output, const net::Peer& /*peer*/,
                                   Clock::time_point now) {
            auto session = std::make_unique<RedisSession>(output, greeting, owner, now);
            session_ = session.get();
            return session;
          },
          [this](const Error& reason) { OnEnded(reason); }) {}

RedisConnection::~RedisConnection() {
  if (session_ != nullptr) session_->Detach();
}

void RedisConnection::Send(const std::vector<std::string_view>& command,
                           RedisSession::OnReply on_reply) {
  session_->Send(command, std::move(on_reply), loop_.now());
}

size_t RedisConnection::in_flight() const {
  return session_ != nullptr ? session_->in_flight() : 0;
}

void RedisConnection::OnEnded(const Error& reason) {
  const std::function<void(const Error&)> on_ended = std::move(on_ended_);
  on_ended(reason);
}

}  // namespace weir::state

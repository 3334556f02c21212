#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "net/event_loop.h"
#include "state/redis_connection.h"

namespace weir::state {

/// Asks sentinels, one after another, where the master is.
///
/// Thread: its loop's. Destroying it makes sure that `on_answer` is not called.
class SentinelQuery final : private RedisSession::Owner {
 public:
  /// `on_answer` is called once, from a later turn, with the first answer, or the last trouble when
  /// no sentinel knew; the query may be destroyed inside it. `options` and `tls` outlive it.
  SentinelQuery(net::EventLoop& loop, const RedisOptions& options, const net::TlsClientContext* tls,
                std::function<void(Result<Endpoint>)> on_answer);

  SentinelQuery(const SentinelQuery&) = delete;
  SentinelQuery& operator=(const SentinelQuery&) = delete;

 private:
  void OnReady() override;

  void OnPublished(const std::string& /*message*/) override {}

  void AskNext();
  void OnReply(const RedisReply& reply);
  void OnTrouble(const Error& trouble);
  void Finish(Result<Endpoint> answer);

  net::EventLoop& loop_;
  const RedisOptions& options_;
  const net::TlsClientContext* tls_;
  std::function<void(Result<Endpoint>)> on_answer_;
  size_t next_ = 0;
  std::unique_ptr<RedisConnection> connection_;
};

}  // namespace weir::state

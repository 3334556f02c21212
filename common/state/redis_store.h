#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "net/event_loop.h"
#include "net/tls_context.h"
#include "state/call_table.h"
#include "state/redis_codec.h"
#include "state/redis_link.h"
#include "state/redis_options.h"
#include "state/store.h"
#include "state/watcher_list.h"

namespace weir::state {

/// The store that several nodes share: a Redis server, or the master of a group with sentinels.
///
/// While Redis is away calls wait for it until their deadline. What was sent when the connection
/// ended and only reads, or renews a lease, is sent again; of any other call nobody knows whether
/// it happened, and it says so. What Redis acknowledged may still be lost when it fails over or
/// restarts: it is as safe as it is set up to be.
class RedisStore final : public Store, private RedisLink::Owner {
 public:
  /// Connects at once, in the background. An Error only where the TLS files cannot be read.
  /// `random` returns numbers evenly spread over [0, 1).
  static Result<std::unique_ptr<RedisStore>> Open(net::EventLoop& loop, RedisOptions options,
                                                  std::function<double()> random);

  ~RedisStore() override;

  RedisStore(const RedisStore&) = delete;
  RedisStore& operator=(const RedisStore&) = delete;

  void Call(Request request, Clock::duration patience, Answer<Reply> answer) override;
  std::unique_ptr<Watch> StartWatch(std::string prefix, Watcher& watcher) override;

 private:
  /// Keeps up with the changes, from the first watch on.
  class Listener;

  using Requests = std::map<uint64_t, Request>;

  RedisStore(net::EventLoop& loop, RedisOptions options, std::unique_ptr<net::TlsClientContext> tls,
             std::function<double()> random);

  void OnLinkUp() override;
  void OnLinkDown() override;

  void OnPublished(const std::string& /*message*/) override {}

  void Pump();
  void Send(uint64_t id);
  void OnReply(uint64_t id, const RedisReply& reply);
  Error WhyLate(uint64_t id);

  net::EventLoop& loop_;
  const RedisOptions options_;
  const std::unique_ptr<net::TlsClientContext> tls_;  // Null: in the clear.
  const std::function<double()> random_;
  const RedisCodec codec_;
  CallTable calls_;
  Requests waiting_;                            // Not sent, oldest first.
  Requests sent_;                               // Without a reply.
  std::set<const RedisScript*> known_scripts_;  // By the server, as far as this connection goes.
  const std::shared_ptr<const bool> alive_;     // Known weakly where an answer may be the end.
  RedisLink link_;
  std::unique_ptr<Listener> listener_;
};

}  // namespace weir::state

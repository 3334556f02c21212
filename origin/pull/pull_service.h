#pragma once

#include <functional>
#include <string>

#include "net/loop_group.h"
#include "net/timer.h"
#include "net/tls_context.h"
#include "origin/api/routes.h"
#include "origin/apps/api_storage.h"
#include "origin/publish/live_streams.h"
#include "origin/pull/loops_runner.h"
#include "origin/pull/pull_book.h"
#include "protocols/relay/messages/stats.h"
#include "protocols/relay/options.h"
#include "service/host_book.h"
#include "service/publish_gate.h"
#include "state/store.h"
#include "stream/registry.h"

namespace weir::pull {

/// Pulling as a program has it: the pulls of all loops, the book, the calls.
///
/// Thread: made and destroyed while the loops stand still; the rest is for the control loop.
class PullService {
 public:
  /// All that it refers to outlives it.
  struct Context {
    net::LoopGroup& loops;  ///< The first is the control loop.
    /// What pulled streams are published through. Whoever may call the API may pull, so it is one
    /// behind the access rules.
    std::function<service::PublishGate&(size_t loop)> gate;
    const service::HostBook& hosts;
    const stream::Registry& streams;
    const origin::LiveStreams& live;
    state::Store* store;  ///< Null: no pull is kept.
    std::string node;     ///< This node's name in the store.
    const relay::Options& relay;
    const net::TlsClientContext* tls;  ///< Null: other origins are spoken to in the clear.
    /// Who watches a stream behind this origin. Any thread.
    std::function<relay::StreamStats(const stream::StreamPath&)> audience;
  };

  explicit PullService(const Context& context);

  PullService(const PullService&) = delete;
  PullService& operator=(const PullService&) = delete;

  PullBook& book() { return book_; }

  void AddCalls(api::Routes& routes);

  /// Begins what is kept; to be called once the applications are known.
  void Load();

 private:
  LoopsRunner runner_;
  origin::ApiStorage storage_;
  PullBook book_;
  net::Timer retry_;
};

/// How an application's pulls are looked after, as PullBook asks for it.
Result<service::OriginProperties> PropertiesOf(const service::VirtualHosts& hosts,
                                               const std::string& vhost, const std::string& app);

}  // namespace weir::pull

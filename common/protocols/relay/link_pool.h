#pragma once

#include <map>
#include <memory>

#include "net/event_loop.h"
#include "protocols/relay/origin_channel.h"
#include "protocols/relay/origin_link.h"

namespace weir::relay {

/// One loop's connections to origins, one for each. Thread: its loop.
class LinkPool final : public OriginLinks {
 public:
  /// All arguments outlive it.
  LinkPool(net::EventLoop& loop, const Options& options, const net::TlsClientContext* tls,
           ViewerDesk* viewers)
      : loop_(loop), options_(options), tls_(tls), viewers_(viewers) {}

  std::unique_ptr<OriginChannel> Open(const Endpoint& origin, const ChannelRequest& request,
                                      ChannelSink& sink) override;

  size_t size() const { return links_.size(); }

 private:
  void Drop(OriginLink& link);

  net::EventLoop& loop_;
  const Options& options_;
  const net::TlsClientContext* tls_;
  ViewerDesk* const viewers_;
  std::map<Endpoint, std::unique_ptr<OriginLink>> links_;
};

}  // namespace weir::relay

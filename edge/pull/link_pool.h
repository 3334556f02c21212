#pragma once

#include <map>
#include <memory>

#include "edge/pull/origin_channel.h"
#include "edge/pull/origin_link.h"
#include "net/event_loop.h"

namespace weir::edge {

/// One loop's connections to origins, one for each. Thread: its loop.
class LinkPool final : public OriginLinks {
 public:
  /// All arguments outlive it.
  LinkPool(net::EventLoop& loop, const relay::Options& options, const net::TlsClientContext* tls,
           ViewerDesk* viewers)
      : loop_(loop), options_(options), tls_(tls), viewers_(viewers) {}

  std::unique_ptr<OriginChannel> Open(const Endpoint& origin, const relay::ChannelRequest& request,
                                      ChannelSink& sink) override;

  size_t size() const { return links_.size(); }

 private:
  void Drop(OriginLink& link);

  net::EventLoop& loop_;
  const relay::Options& options_;
  const net::TlsClientContext* tls_;
  ViewerDesk* const viewers_;
  std::map<Endpoint, std::unique_ptr<OriginLink>> links_;
};

}  // namespace weir::edge

#include "protocols/relay/link_pool.h"

namespace weir::relay {

std::unique_ptr<OriginChannel> LinkPool::Open(const Endpoint& origin, const ChannelRequest& request,
                                              ChannelSink& sink) {
  std::unique_ptr<OriginLink>& link = links_[origin];
  if (!link) {
    link = std::make_unique<OriginLink>(loop_, origin, options_, tls_, viewers_,
                                        [this](OriginLink& over) { Drop(over); });
  }
  return link->Open(request, sink);
}

void LinkPool::Drop(OriginLink& link) {
  const auto found = links_.find(link.origin());
  if (found == links_.end() || found->second.get() != &link) return;
  const std::unique_ptr<OriginLink> dropped = std::move(found->second);
  links_.erase(found);
}

}  // namespace weir::relay

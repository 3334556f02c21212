#include "service/publish_gate.h"

namespace weir::service {

const VirtualHost* HostOf(const PublishRequest& request, const VirtualHosts& hosts) {
  return request.vhost.empty() ? hosts.Resolve(request.host) : hosts.Find(request.vhost);
}

}  // namespace weir::service

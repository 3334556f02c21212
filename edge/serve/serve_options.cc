#include "edge/serve/serve_options.h"

#include <utility>

namespace weir::edge {

Result<ServeOptions> ServeOptions::Read(const config::Node& server,
                                        const service::VirtualHosts& hosts) {
  ServeOptions all;
  all.hosts_ = &hosts;
  const config::Node* const defaults = server.Find("Defaults/CrossDomains");
  for (const service::VirtualHost& host : hosts.list()) {
    const config::Node* const own = host.node->Child("CrossDomains");
    for (const service::Application& application : host.applications) {
      const config::Node* const node = application.Publisher("LLHLS");
      if (node == nullptr) continue;
      Result<hls::Options> options = hls::ReadOptions(*node, own != nullptr ? own : defaults);
      if (!options) return tl::unexpected(options.error());
      if (all.by_application_.empty()) all.first_ = *options;
      all.by_application_.emplace(&application, *std::move(options));
    }
  }
  return all;
}

const hls::Options& ServeOptions::Of(const stream::StreamPath& path) const {
  if (hosts_ == nullptr) return first_;
  const auto found = by_application_.find(hosts_->ApplicationOf(path));
  return found == by_application_.end() ? first_ : found->second;
}

}  // namespace weir::edge

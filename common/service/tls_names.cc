#include "service/tls_names.h"

#include <string_view>
#include <utility>

namespace weir::service {

std::optional<net::TlsServerOptions> TlsOptionsOf(const VirtualHosts& hosts,
                                                  std::vector<std::string> alpn) {
  std::optional<net::TlsServerOptions> options;
  for (const VirtualHost& host : hosts.list()) {
    if (!host.tls) continue;
    if (!options) {
      options = {.certificate_file = host.tls->certificate,
                 .key_file = host.tls->key,
                 .chain_file = host.tls->chain,
                 .alpn = std::move(alpn)};
      continue;
    }
    options->names.push_back(
        {.serves = [&hosts, &host](std::string_view name) { return hosts.Resolve(name) == &host; },
         .certificate_file = host.tls->certificate,
         .key_file = host.tls->key,
         .chain_file = host.tls->chain});
  }
  return options;
}

}  // namespace weir::service

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/tls_context.h"
#include "service/virtual_hosts.h"

namespace weir::service {

/// The certificates of the virtual hosts that have a <TLS>: a client that asks for a name gets the
/// one of the virtual host that a request for that name would go to, and everybody else that of the
/// first of them. Nothing where none has a <TLS>. `hosts` outlive the context made of it.
std::optional<net::TlsServerOptions> TlsOptionsOf(const VirtualHosts& hosts,
                                                  std::vector<std::string> alpn);

}  // namespace weir::service

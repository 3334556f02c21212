#pragma once

#include <optional>

#include "http/message.h"
#include "net/ip_address.h"
#include "net/network.h"

namespace weir::http {

/// Which field the proxies in front write. One only: a field that they leave as it came says what
/// the client likes.
enum class ForwardedBy {
  kXForwardedFor,  ///< X-Forwarded-For, and X-Forwarded-Proto beside it.
  kForwarded,      ///< Forwarded (RFC 7239).
};

/// Whom to believe what is said of a request's client.
struct ForwardingRules {
  net::Networks proxies{};
  ForwardedBy by = ForwardedBy::kXForwardedFor;
};

/// What proxies say of a client; empty what they do not.
struct ForwardedClient {
  std::optional<net::IpAddress> address{};
  std::optional<bool> secure{};  ///< Whether it came by TLS.
};

/// Empty where `peer`, whose connection it is, is no trusted proxy.
///
/// Each proxy adds the address that connected to it at the right end. So the client is the first
/// from the right that is no trusted proxy itself; what stands further left is hearsay. Where a
/// proxy hides or misspells an address, that proxy counts as the client.
ForwardedClient ClientBehind(const Fields& fields, const net::IpAddress& peer,
                             const ForwardingRules& rules);

/// Sets what the request says of its client by what its proxies say (Request::forwarded_for and
/// Request::secure).
void ApplyForwarding(const ForwardingRules& rules, Request& request);

}  // namespace weir::http

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "service/tls_paths.h"

namespace weir::api {

/// <Managers>: who may call, and from where.
struct Options {
  /// Clients prove that they know it. Empty: the API is off.
  std::string access_token;
  /// Host names it may be called by; * and ? are wildcards.
  std::vector<std::string> names;
  std::vector<std::string> cross_domains;  ///< As http::CrossDomains takes them.
  std::optional<service::TlsPaths> tls;

  bool on() const { return !access_token.empty(); }
};

/// `server` is the <Server>. As with OvenMediaEngine there is no API without <Managers> with its
/// <Host> and <API>.
Result<Options> ReadOptions(const config::Node& server);

}  // namespace weir::api

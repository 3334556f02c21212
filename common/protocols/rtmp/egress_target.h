#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::rtmp {

/// Where to publish: what a people's program writes as a server's address and a stream key.
struct EgressTarget {
  bool secure = false;  ///< RTMPS.
  std::string host;
  uint16_t port = 0;
  std::string tc_url{};  ///< Without user name and password, with the address's query.
  std::string app{};     ///< "app", "app/instance", "app?token=1".
  std::string key{};     ///< May be a secret.
};

/// `url` is "rtmp://host[:port]/app[/instance][?query]", with rtmps for TLS. With an empty `key`
/// the last part of the path, and with it the query, is the key.
///
/// kMalformed: another scheme, no host, no application or no key. The detail does not show the URL.
Result<EgressTarget> ReadEgressTarget(std::string_view url, std::string_view key);

}  // namespace weir::rtmp

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::state {

/// A host name or numeric address, and a port.
struct Endpoint {
  std::string host;
  uint16_t port = 0;

  std::string Text() const;  ///< "redis.example:6379", "[::1]:6379"

  bool operator==(const Endpoint&) const = default;
};

/// "host", "host:port", "::1", "[::1]:port".
Result<Endpoint> ParseEndpoint(std::string_view text, uint16_t default_port);

struct RedisOptions {
  Endpoint server{.host = "127.0.0.1", .port = 6379};  ///< Where there are no sentinels.
  std::string user;                                    ///< Empty: the default user.
  std::string password;                                ///< Empty: none is sent.

  std::vector<Endpoint> sentinels;
  std::string master_name = "mymaster";  ///< What the sentinels call it.
  std::string sentinel_user;
  std::string sentinel_password;

  bool tls = false;  ///< To the server, and to the sentinels.
  std::string ca_file;
  std::string tls_name;  ///< Expected in the certificates instead of the host.

  std::string prefix = "weir:";  ///< Of all that is kept.
};

}  // namespace weir::state

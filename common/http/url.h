#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::http {

/// An absolute URL of http or https (RFC 9110, 4.2).
struct Url {
  bool secure = false;
  std::string host;    ///< Lower case; an IPv6 address without brackets.
  uint16_t port = 0;   ///< 80 or 443 where none is given.
  std::string target;  ///< Path and query; "/" where there is none.

  /// "host:8080", as a Host field has it: without the scheme's own port.
  std::string Authority() const;
};

/// kMalformed: another scheme, no host, a user name, a port that is none, spaces or control
/// characters. A fragment is dropped.
Result<Url> ParseUrl(std::string_view text);

}  // namespace weir::http

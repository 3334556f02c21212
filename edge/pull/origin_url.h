#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::edge {

/// Where a relay listens.
struct Endpoint {
  std::string host;  ///< Name or numeric address, without brackets.
  uint16_t port = 9000;

  std::string text() const;
  auto operator<=>(const Endpoint&) const = default;
};

/// One place a stream can be pulled from.
struct OriginUrl {
  Endpoint endpoint;
  std::string app;
  std::string name;  ///< May hold '/'.

  auto operator<=>(const OriginUrl&) const = default;
};

/// Reads "host:port/app/stream", with or without a scheme before it ("ovt://", "weir://"). The port
/// may be left out: 9000. A query is left out. kMalformed when a part is missing, or longer than
/// 255 bytes.
Result<OriginUrl> ParseOriginUrl(std::string_view text);

}  // namespace weir::edge

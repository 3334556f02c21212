#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::service {

/// Where one stream can be pulled from.
struct OriginUrl {
  std::string scheme;  ///< In lower case; "ovt" when the text has none.
  std::string host;    ///< Name or numeric address, IPv6 without brackets.
  uint16_t port = 0;   ///< The scheme's own when the text has none: 9000 for ovt, 554 for rtsp.
  std::string app;
  std::string stream;
  std::string query;  ///< Without '?'. May hold a secret.

  /// "ovt://host:9000/app/stream", for logs: without the query.
  std::string text() const;
};

/// Reads "ovt://host:9000/app/stream?x". kMalformed when a part is missing or makes no sense,
/// kUnsupported for a scheme without a known port when the text has none.
Result<OriginUrl> ParseOriginUrl(std::string_view text);

}  // namespace weir::service

#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "hooks/stream_object.h"
#include "protocols/relay/messages/viewers.h"

namespace weir::wcs {

/// Which streams are meant: those to which all that is given applies.
struct Filter {
  /// Ids given in one call.
  static constexpr size_t kIdsMax = relay::kViewersMax;

  std::optional<std::set<std::string>> ids;  ///< mediaSessionId and mediaSessionIds together.
  std::optional<std::string> name;           ///< "stream", "app/stream" or "vhost/app/stream"
  std::optional<bool> published;
  std::optional<std::string> status;
  std::optional<std::string> session_id;

  bool Has(const hooks::StreamObject& stream) const;

  /// Those of them that edges can have; nothing where it can be none.
  std::optional<relay::ViewerChoice> Viewers() const;
};

/// The body of /stream/terminate, and of /stream/find, which may say "display" too. kMalformed with
/// the reason: no JSON object, nothing to filter by, a word that is none, a value of another kind.
Result<Filter> ReadFilter(const nlohmann::json& body, bool may_display);

/// A viewer as a stream. Its session is its own: "/192.0.2.1/<mediaSessionId>".
hooks::StreamObject ToStream(const relay::ViewerRecord& viewer);

}  // namespace weir::wcs

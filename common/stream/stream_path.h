#pragma once

#include <compare>
#include <string>

namespace weir::stream {

/// Where a stream is found: virtual host, application and name, as they stand in URLs.
struct StreamPath {
  std::string vhost;
  std::string app;
  std::string name;

  /// "default/app/stream", for logs, the relay and keys.
  std::string text() const { return vhost + "/" + app + "/" + name; }

  auto operator<=>(const StreamPath&) const = default;
};

}  // namespace weir::stream

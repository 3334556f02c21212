#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/node.h"

namespace weir::service {

/// Where streams below one location come from: an <Origin> of a virtual host.
struct Origin {
  std::string location;           ///< "/app/stream", or the beginning of it.
  bool strict_location = false;   ///< Only exactly this path.
  std::string scheme;             ///< In lower case: "ovt".
  std::vector<std::string> urls;  ///< In order of preference, without scheme: "host:9000/app".
  bool forward_query = true;      ///< Append the query of the viewer's request.
  bool persistent = false;        ///< Kept when unused and while all urls fail.
  bool failback = false;          ///< Return to the first url when it answers again.
};

/// How pulled streams of one virtual host are looked after.
struct OriginProperties {
  std::chrono::milliseconds no_input_failover_timeout{3'000};  ///< Silence: try the next url.
  std::chrono::milliseconds unused_stream_deletion_timeout{60'000};
  std::chrono::milliseconds stream_failback_timeout{3'000};  ///< Between probes of the first url.
  int retry_count = 1;  ///< Rounds through all urls before giving up.
};

/// The <Origins> of a virtual host. Immutable once read.
class Origins {
 public:
  /// `virtual_host` is the <VirtualHost>; without <Origins> in it nothing matches.
  static Result<Origins> Read(const config::Node& virtual_host);

  /// The first origin for "/app/stream", or null: by beginning, or by equality where strict.
  const Origin* Match(std::string_view path) const;

  const std::vector<Origin>& list() const { return list_; }

  const OriginProperties& properties() const { return properties_; }

 private:
  std::vector<Origin> list_;
  OriginProperties properties_;
};

/// What to pull for `path` ("/app/stream"), in order of preference: scheme, url and the path after
/// the origin's location, put before any '?' of the url, joined with one '/', and then `query` (the
/// viewer's, without '?') where the origin forwards it. May hold a secret in its query.
std::vector<std::string> UrlsFor(const Origin& origin, std::string_view path,
                                 std::string_view query);

}  // namespace weir::service

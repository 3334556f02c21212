#pragma once

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "http/url.h"
#include "stream/stream_path.h"

namespace weir::hooks {

// What a backend can be asked or told.
inline constexpr const char* kConnect = "connect";
inline constexpr const char* kPublishStream = "publishStream";
inline constexpr const char* kPlayStream = "playStream";
inline constexpr const char* kStreamStatusEvent = "StreamStatusEvent";
inline constexpr const char* kStreamKeepAliveEvent = "StreamKeepAliveEvent";

/// One <App>: a backend that is asked about the streams of some applications, as one of WCS's
/// applications with REST hooks is.
struct HookApp {
  std::string key;            ///< The appKey.
  http::Url url;              ///< Methods are appended to it.
  std::string vhost{};        ///< Empty: any.
  std::string application{};  ///< Empty: any.
  std::set<std::string, std::less<>> methods;
  std::chrono::milliseconds interval{10'000};  ///< Of keep-alives.
  std::chrono::milliseconds timeout{5'000};
  bool fail_open = true;         ///< Keep-alives without an answer end nobody.
  size_t connections_max = 200;  ///< On each loop.
  std::string secret{};          ///< Empty: calls are not signed.

  bool Has(const stream::StreamPath& path) const {
    return (vhost.empty() || vhost == path.vhost) &&
           (application.empty() || application == path.app);
  }

  bool Calls(std::string_view method) const { return methods.find(method) != methods.end(); }
};

/// All of <Weir><Wcs>, immutable once read.
struct WcsOptions {
  bool auth = true;  ///< The REST API wants the API's access token.
  std::string node;  ///< What backends know this program by: <Weir><Relay><Node>, or the host.
  std::vector<HookApp> apps;

  /// The first that the stream is of, or null.
  const HookApp* AppOf(const stream::StreamPath& path) const;

  /// The same, where it calls `method`.
  const HookApp* AppFor(const stream::StreamPath& path, std::string_view method) const;

  bool NeedsTls() const;
};

/// `server` is the <Server>.
Result<WcsOptions> ReadWcsOptions(const config::Node& server);

}  // namespace weir::hooks

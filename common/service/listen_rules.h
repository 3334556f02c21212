#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/node.h"
#include "net/connection_cap.h"
#include "net/network.h"
#include "net/tcp_listener.h"

namespace weir::service {

/// What stands in front of a program's ports, and how much one client may ask of them: <Weir>'s
/// <ProxyProtocol>, <TrustedProxies> and <ConnectionsPerAddress>.
///
/// Thread: read on the main thread; any once it is.
class ListenRules {
 public:
  /// The names of <ProxyProtocol><Listeners><Listener>.
  static constexpr std::string_view kRtmp = "RTMP";
  static constexpr std::string_view kRtmps = "RTMPS";
  static constexpr std::string_view kRelay = "OVT";
  static constexpr std::string_view kHttp = "HTTP";
  static constexpr std::string_view kHttps = "HTTPS";

  ListenRules();

  /// `server` is the <Server>.
  static Result<ListenRules> Read(const config::Node& server);

  /// Sets what the port of that name is to do. The rules outlive the listener.
  void Apply(std::string_view listener, net::ListenOptions& options) const;

  /// Whose word on an HTTP request's client is taken.
  const net::Networks& trusted_proxies() const { return trusted_; }

 private:
  Status ReadProxyProtocol(const config::Node& server);

  net::Networks senders_;  // of PROXY headers
  std::set<std::string, std::less<>> proxied_;
  net::Networks trusted_;
  // Outlives moves: listeners point at it.
  std::unique_ptr<net::ConnectionCap> cap_;
};

}  // namespace weir::service

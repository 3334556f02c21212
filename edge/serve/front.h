#pragma once

#include <string>

#include "base/result.h"
#include "config/node.h"
#include "edge/serve/access_log.h"
#include "http/forwarded.h"
#include "http/message.h"
#include "net/network.h"

namespace weir::edge {

/// What is done with every request: <Weir><TrustedProxies> and <AccessLog>.
struct FrontOptions {
  http::ForwardingRules forwarding;
  std::string access_log;  ///< A file's path, or "stdout"; empty is none.
};

/// `server` is the <Server>; `trusted` what service::ListenRules read there.
Result<FrontOptions> ReadFrontOptions(const config::Node& server, net::Networks trusted);

/// What every request of a loop passes first: finds out who the client is, and has the log follow
/// the answer.
///
/// Thread: its loop's.
class Front final : public http::Handler {
 public:
  /// All arguments outlive it.
  Front(const http::ForwardingRules& forwarding, AccessLog& log, http::Handler& next)
      : forwarding_(forwarding), log_(log), next_(next) {}

  void OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) override;

 private:
  const http::ForwardingRules& forwarding_;
  AccessLog& log_;
  http::Handler& next_;
};

}  // namespace weir::edge

#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "edge/serve/admitted_handler.h"
#include "edge/serve/openings.h"
#include "http/cors.h"
#include "http/message.h"
#include "service/access/access_control.h"
#include "service/access/admission_message.h"
#include "service/access/checked_tokens.h"
#include "service/virtual_hosts.h"

namespace weir::edge {

/// Lets viewers through to the streams whose virtual hosts have access rules for "llhls".
///
///   GET /app/stream/llhls.m3u8?policy=…  --rules say yes--> 302 /t~…/app/stream/llhls.m3u8
///   GET /t~…/app/stream/FILE             --token good-----> GET /app/stream/FILE
///   anything else of theirs                                 401, 403
///
/// All below the redirect are relative URLs, so each viewer's token goes along and no body differs
/// from another viewer's. Virtual hosts without rules are not looked at any further.
///
/// Thread: one per loop, its loop's.
class ViewerGate final : public http::Handler {
 public:
  struct Options {
    http::CrossDomains cross_domains;
    uint16_t port = 0;      ///< What a URL may have been signed with, whatever port was asked.
    uint16_t tls_port = 0;  ///< The same under TLS.
  };

  /// References outlive it.
  ViewerGate(service::AccessControl& control, const service::VirtualHosts& hosts,
             const service::AccessByHost& access, Options options, Openings& openings,
             AdmittedHandler& next);
  ~ViewerGate() override;

  void OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) override;

  /// Requests so far that were refused. Any thread.
  uint64_t refused() const { return refusals_.total(); }

 private:
  struct Visit;

  const service::VirtualHost* Guarding(const http::Request& request) const;
  void Enter(const std::shared_ptr<Visit>& visit);
  void OnChecked(const Visit& visit, const Result<service::AccessControl::Grant>& grant);
  Result<std::string> WayIn(const Visit& visit, const service::AccessControl::Grant& grant);
  Result<std::string> TokenFor(const service::VirtualHost& vhost, const service::NewPlace& place,
                               const service::AccessControl::Grant& grant,
                               const http::Request& request) const;
  std::string RestOfQuery(const Visit& visit) const;
  void Refuse(const http::Request& request, http::Responder& responder, int status,
              std::string_view reason);
  http::Fields CommonFields(const http::Request& request) const;
  service::AccessRequest Describe(const http::Request& request) const;

  service::AccessControl& control_;
  const service::VirtualHosts& hosts_;
  const service::AccessByHost& access_;
  const Options options_;
  Openings& openings_;
  AdmittedHandler& next_;
  std::map<std::string, service::CheckedTokens, std::less<>> tokens_;  // by virtual host
  service::RefusalLog refusals_;
};

}  // namespace weir::edge

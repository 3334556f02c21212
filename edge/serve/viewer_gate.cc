#include "edge/serve/viewer_gate.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "http/access_line.h"
#include "http/date.h"
#include "http/query.h"
#include "http/text_response.h"
#include "net/ip_address.h"
#include "protocols/hls/naming.h"
#include "service/access/admission_message.h"

namespace weir::edge {
namespace {

using service::Direction;

constexpr std::string_view kProtocol = "llhls";

constexpr std::string_view kDenied = "access denied";

/// "/<app>/<stream>/<file>", with a token before it or not.
struct Way {
  std::string token;  ///< Empty: none.
  std::string app;
  std::string stream;
  std::string_view file;  ///< As sent.
  std::string_view rest;  ///< The target behind the token.
};

/// Nothing where a path is none of ours. Points into `target`.
std::optional<Way> ReadWay(std::string_view target) {
  Way way;
  std::string_view path = target.substr(0, target.find('?'));
  const auto segments = std::count(path.begin(), path.end(), '/');
  if (!path.starts_with('/') || segments < 3 || segments > 4) return std::nullopt;
  path.remove_prefix(1);
  way.rest = target;
  if (segments == 4) {
    const std::string_view first = TakeUntil(path, '/');
    auto token = http::PercentDecode(first);
    if (!token || !service::PathToken::IsMeant(*token)) return std::nullopt;
    way.token = *std::move(token);
    way.rest.remove_prefix(1 + first.size());
  }
  auto app = http::PercentDecode(TakeUntil(path, '/'));
  auto stream = http::PercentDecode(TakeUntil(path, '/'));
  if (!app || !stream) return std::nullopt;
  way.app = *std::move(app);
  way.stream = *std::move(stream);
  way.file = path;
  return way;
}

/// The port of "host:8080" or "http://host:8080/x", with its colon; empty where there is none.
std::string_view PortSuffix(std::string_view authority) {
  if (const size_t scheme = authority.find("://"); scheme != std::string_view::npos)
    authority.remove_prefix(scheme + 3);
  authority = authority.substr(0, authority.find('/'));
  const size_t colon = authority.rfind(':');
  const bool has_port =
      colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  return has_port ? authority.substr(colon) : std::string_view();
}

/// When a token is to end. Those that nothing ends sooner end at a full minute, so that viewers who
/// come together share one.
std::chrono::sys_seconds ExpiryOf(const service::PathTokenOptions& tokens,
                                  std::optional<UtcTime> ends_at, UtcTime now) {
  const std::chrono::sys_seconds last =
      std::chrono::ceil<std::chrono::minutes>(now + tokens.lifetime);
  return ends_at ? std::min(last, std::chrono::ceil<std::chrono::seconds>(*ends_at)) : last;
}

/// The address as tokens have it; empty where there is none.
std::string ClientAddress(const http::Request& request) {
  const auto address = net::IpAddress::Parse(net::HostOf(request.peer));
  return address ? address->Text() : std::string();
}

}  // namespace

/// A viewer without a token, until the rules have spoken.
struct ViewerGate::Visit {
  http::Request request;
  std::unique_ptr<http::Responder> responder;
  const service::VirtualHost& vhost;
  std::string app;
  std::string stream;
  std::string file;  // as sent
};

ViewerGate::ViewerGate(service::AccessControl& control, const service::VirtualHosts& hosts,
                       const service::AccessByHost& access, Options options, Openings& openings,
                       AdmittedHandler& next)
    : control_(control),
      hosts_(hosts),
      access_(access),
      options_(std::move(options)),
      openings_(openings),
      next_(next) {
  for (const auto& [vhost, rules] : access_) {
    tokens_.emplace(std::piecewise_construct, std::forward_as_tuple(vhost),
                    std::forward_as_tuple(rules.tokens));
  }
}

ViewerGate::~ViewerGate() = default;

void ViewerGate::OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) {
  const bool nothing_to_do = access_.empty() && !request.target.starts_with("/t");
  std::optional<Way> way = nothing_to_do ? std::nullopt : ReadWay(request.target);
  if (!way) return next_.OnAdmitted(std::move(request), {}, std::move(responder));
  const service::VirtualHost* vhost = Guarding(request);
  if (vhost != nullptr && way->token.empty()) {
    if (!hls::IsMultivariantName(way->file))
      return Refuse(request, *responder, 403, "there is no path token");
    std::string file(way->file);
    return Enter(std::make_shared<Visit>(Visit{.request = std::move(request),
                                               .responder = std::move(responder),
                                               .vhost = *vhost,
                                               .app = std::move(way->app),
                                               .stream = std::move(way->stream),
                                               .file = std::move(file)}));
  }
  if (vhost != nullptr) {
    const service::TokenScope scope{.vhost = vhost->name, .app = way->app, .stream = way->stream};
    const Status good =
        tokens_.find(vhost->name)
            ->second.Check(way->token, scope, ClientAddress(request), http::SystemUtc());
    if (!good) return Refuse(request, *responder, 403, good.error().detail);
  }
  request.target = std::string(way->rest);
  next_.OnAdmitted(std::move(request), way->token, std::move(responder));
}

/// The virtual host whose rules the request must follow; null where there are none.
const service::VirtualHost* ViewerGate::Guarding(const http::Request& request) const {
  if (access_.empty() || request.method == "OPTIONS") return nullptr;
  const service::VirtualHost* vhost = hosts_.Resolve(request.host);
  if (vhost == nullptr) return nullptr;
  return control_.RulesFor(vhost->name, Direction::kOutgoing, kProtocol) == nullptr ? nullptr
                                                                                    : vhost;
}

void ViewerGate::Enter(const std::shared_ptr<Visit>& visit) {
  control_.Check(visit->vhost.name, Describe(visit->request), http::SystemUtc(),
                 [this, visit](const Result<service::AccessControl::Grant>& grant) {
                   OnChecked(*visit, grant);
                 });
}

void ViewerGate::OnChecked(const Visit& visit, const Result<service::AccessControl::Grant>& grant) {
  if (!grant) return Refuse(visit.request, *visit.responder, 401, grant.error().detail);
  Result<std::string> location = WayIn(visit, *grant);
  if (!location) return Refuse(visit.request, *visit.responder, 401, location.error().detail);
  http::Fields fields = CommonFields(visit.request);
  fields.emplace_back("Location", *std::move(location));
  visit.responder->Respond({.status = 302, .fields = std::move(fields)});
}

/// Where the viewer is to go on: the same address behind a token, or the one the control server
/// named, behind a token if that has rules as well.
Result<std::string> ViewerGate::WayIn(const Visit& visit,
                                      const service::AccessControl::Grant& grant) {
  const service::AccessRequest asked = Describe(visit.request);
  service::NewPlace place{.host = {}, .app = visit.app, .stream = visit.stream};
  const service::VirtualHost* vhost = &visit.vhost;
  std::string base;
  if (!grant.new_url.empty()) {
    Result<service::NewPlace> named = service::ReadNewUrl(grant.new_url, asked.urls.front());
    if (!named) return tl::unexpected(named.error());
    place = *std::move(named);
    vhost = hosts_.Resolve(place.host);
    if (vhost == nullptr) return Fail(ErrorCode::kRefused, "new_url has a host that is not here");
    const bool other = place.host != visit.request.host;
    if (other) base = fmt::format("//{}{}", place.host, PortSuffix(asked.urls.front()));
  }
  const auto token = TokenFor(*vhost, place, grant, visit.request);
  if (!token) return tl::unexpected(token.error());
  if (grant.asked != nullptr) {
    openings_.Add({.vhost = vhost->name,
                   .app = place.app,
                   .stream = place.stream,
                   .token = std::string_view(*token).substr(token->empty() ? 0 : 1),
                   .address = visit.request.client(),
                   .user_agent = Viewer::KeptPart(visit.request.Field("User-Agent"))},
                  grant, asked);
  }
  const std::string path =
      fmt::format("{}{}/{}/{}/{}", base, *token, http::PercentEncode(place.app),
                  http::PercentEncode(place.stream), visit.file);
  const std::string query = RestOfQuery(visit);
  return query.empty() ? path : path + "?" + query;
}

/// "/t~…", or empty where the virtual host has no rules.
Result<std::string> ViewerGate::TokenFor(const service::VirtualHost& vhost,
                                         const service::NewPlace& place,
                                         const service::AccessControl::Grant& grant,
                                         const http::Request& request) const {
  const service::AccessOptions* rules =
      control_.RulesFor(vhost.name, Direction::kOutgoing, kProtocol);
  if (rules == nullptr) return std::string();
  const bool bound = rules->tokens.bind_address || grant.address_matters;
  const std::string address = bound ? ClientAddress(request) : std::string();
  if (bound && address.empty()) return Fail(ErrorCode::kRefused, "the client has no address");
  const auto expiry = ExpiryOf(rules->tokens, grant.ends_at, http::SystemUtc());
  return "/" + tokens_.find(vhost.name)
                   ->second.tokens()
                   .Make({.vhost = vhost.name, .app = place.app, .stream = place.stream}, expiry,
                         address);
}

/// What the viewer's query says to others than the access rules.
std::string ViewerGate::RestOfQuery(const Visit& visit) const {
  const auto& policy = access_.find(visit.vhost.name)->second.policy;
  std::string query(visit.request.query());
  if (!policy) return query;
  return service::WithoutParameter(service::WithoutParameter(query, policy->signature_key),
                                   policy->policy_key);
}

void ViewerGate::Refuse(const http::Request& request, http::Responder& responder, int status,
                        std::string_view reason) {
  refusals_.Write(http::SystemUtc(), request.host + http::LoggedTarget(request.path()),
                  request.client(), reason);
  http::Response response = http::TextResponse(status, kDenied);
  for (auto& field : CommonFields(request))
    response.fields.push_back(std::move(field));
  responder.Respond(std::move(response));
}

/// What every answer of the gate has: it is of this viewer alone.
http::Fields ViewerGate::CommonFields(const http::Request& request) const {
  http::Fields fields{{"Cache-Control", "no-store"}};
  const std::string_view origin = options_.cross_domains.Allow(request.Field("Origin"));
  if (!origin.empty()) fields.emplace_back("Access-Control-Allow-Origin", origin);
  if (options_.cross_domains.varies()) fields.emplace_back("Vary", "Origin");
  return fields;
}

/// A proxy before us may have ended TLS, and have been asked at another port or at the scheme's
/// own, so the URL is known in several spellings. What the client said goes first.
service::AccessRequest ViewerGate::Describe(const http::Request& request) const {
  const std::string_view said = PortSuffix(request.authority);
  const auto name =
      std::string_view(request.authority).substr(0, request.authority.size() - said.size());
  service::AccessRequest asked{.direction = Direction::kOutgoing,
                               .protocol = std::string(kProtocol),
                               .urls = {},
                               .query = std::string(request.query()),
                               .peer = request.peer,
                               .real_address = ClientAddress(request),
                               .user_agent = std::string(request.Field("User-Agent"))};
  const auto add = [&](std::string_view scheme, std::string_view port) {
    std::string url = fmt::format("{}://{}{}{}", scheme, name, port, request.path());
    if (std::find(asked.urls.begin(), asked.urls.end(), url) == asked.urls.end())
      asked.urls.push_back(std::move(url));
  };
  const std::string_view scheme = request.secure ? "https" : "http";
  if (!said.empty()) add(scheme, said);
  add(scheme, fmt::format(":{}", request.secure ? options_.tls_port : options_.port));
  add("http", said.empty() ? ":80" : said);
  add("https", said.empty() ? ":443" : said);
  return asked;
}

}  // namespace weir::edge

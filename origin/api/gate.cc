#include "origin/api/gate.h"

#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "http/fields.h"
#include "origin/api/credentials.h"
#include "origin/api/schema.h"
#include "service/letters.h"

namespace weir::api {
namespace {

using Json = nlohmann::json;

constexpr int kDepthMax = 64;

/// Nothing where it is no JSON, or nested deeper than anything of ours is.
std::optional<Json> ReadJson(const std::string& text) {
  bool deep = false;
  const auto count = [&deep](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kDepthMax;
    return !deep;
  };
  Json value = Json::parse(text, count, /*allow_exceptions=*/false);
  if (deep || value.is_discarded()) return std::nullopt;
  return value;
}

bool HasBody(const http::Request& request) {
  return request.method == "POST" || request.method == "PATCH" || request.method == "PUT";
}

Call MakeCall(const http::Request& request) {
  const std::string_view host = request.Field("Host");
  return {.method = request.method == "HEAD" ? "GET" : request.method,
          .names = {},
          .body = nullptr,
          .query = std::string(request.query()),
          .url = fmt::format("{}://{}{}", request.secure ? "https" : "http",
                             host.empty() ? request.host : host, request.path()),
          .peer = std::string(request.client())};
}

http::Response Render(const Answer& answer, const http::Fields& cross) {
  http::Response response{.status = answer.status(),
                          .fields = {{"Content-Type", "application/json;charset=UTF-8"},
                                     {"Cache-Control", "no-store"}}};
  if (const std::optional<Json> body = answer.Body(); body) {
    // Bytes that are no UTF-8 may have come in by names.
    response.body = SharedBytes(body->dump(-1, ' ', false, Json::error_handler_t::replace));
  }
  if (answer.status() == 401)
    response.fields.emplace_back("WWW-Authenticate", "Basic realm=\"OvenMediaEngine\"");
  response.fields.insert(response.fields.end(), cross.begin(), cross.end());
  return response;
}

}  // namespace

Gate::Gate(const Options& options, const Routes& routes, Desk& desk, net::LoopGroup& loops)
    : options_(options),
      cross_domains_(options.cross_domains),
      routes_(routes),
      desk_(desk),
      loops_(loops) {}

void Gate::OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) {
  http::Fields cross;
  AddCrossDomains(request, cross);
  if (request.method == "OPTIONS") {
    responder->Respond({.status = 204, .fields = std::move(cross)});
    return;
  }
  tl::expected<Ready, Answer> ready = Read(request);
  if (!ready) {
    responder->Respond(Render(ready.error(), cross));
    return;
  }
  net::EventLoop& loop = loops_.current();
  // Shared by the posts to and fro; used on this loop only.
  std::shared_ptr<http::Responder> waiting = std::move(responder);
  desk_.Submit(
      *ready->entry, std::move(ready->call),
      [&loop, waiting = std::move(waiting), cross = std::move(cross)](const Answer& answer) {
        loop.Post([waiting, response = Render(answer, cross)]() mutable {
          waiting->Respond(std::move(response));
        });
      });
}

tl::expected<Gate::Ready, Answer> Gate::Read(const http::Request& request) const {
  Routes::Match match = routes_.Find(request.method, request.path());
  const bool open = match.entry != nullptr && match.entry->route.open;
  if (Answer refusal = Refuse(request, open); !refusal.ok())
    return tl::unexpected(std::move(refusal));
  Ready ready{.entry = match.entry, .call = MakeCall(request)};
  const bool may_be_empty = match.entry != nullptr && match.entry->route.optional_body;
  if (HasBody(request) && !(may_be_empty && request.body.empty())) {
    std::optional<Json> body = ReadJson(request.body);
    if (!body)
      return tl::unexpected(Answer::Error(400, "Could not parse the request body as JSON"));
    ready.call.body = *std::move(body);
  }
  if (match.entry == nullptr) return tl::unexpected(Answer::Error(404, "Controller not found"));
  const Route& route = match.entry->route;
  // A null that was sent is no missing body: handlers never see one.
  const bool given = HasBody(request) && !request.body.empty();
  if (given && !route.body.is_null() && (route.checked || ready.call.body.is_null())) {
    if (const Status good = Check(ready.call.body, route.body); !good)
      return tl::unexpected(Answer::Error(400, good.error().detail));
  }
  ready.call.names = std::move(match.names);
  return ready;
}

Answer Gate::Refuse(const http::Request& request, bool open) const {
  bool known = options_.names.empty();
  for (const std::string& name : options_.names)
    known = known || service::MatchesWildcards(name, request.host);
  if (!known)
    return Answer::Error(403,
                         fmt::format("The API is not served by this name: [{}]", request.host));
  if (open) return Answer::Ok();
  const Status credentials =
      CheckCredentials(request.Field("Authorization"), options_.access_token);
  return credentials ? Answer::Ok() : Answer::Error(401, credentials.error().detail);
}

void Gate::AddCrossDomains(const http::Request& request, http::Fields& fields) const {
  if (cross_domains_.varies()) fields.emplace_back("Vary", "Origin");
  const std::string_view allowed = cross_domains_.Allow(request.Field("Origin"));
  if (allowed.empty()) return;
  fields.emplace_back("Access-Control-Allow-Origin", allowed);
  if (allowed != "*") fields.emplace_back("Access-Control-Allow-Credentials", "true");
  fields.emplace_back("Access-Control-Allow-Methods",
                      "OPTIONS, HEAD, GET, POST, PUT, PATCH, DELETE");
  const std::string_view asked = request.Field("Access-Control-Request-Headers");
  if (!asked.empty()) fields.emplace_back("Access-Control-Allow-Headers", asked);
}

}  // namespace weir::api

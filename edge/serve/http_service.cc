#include "edge/serve/http_service.h"

#include <utility>

#include "http/server_session.h"
#include "web/player_page.h"

namespace weir::edge {
namespace {

void ServePlayerPage(const http::Request& /*request*/, std::unique_ptr<http::Responder> responder) {
  responder->Respond({.status = 200,
                      .fields = {{"Content-Type", "text/html; charset=utf-8"},
                                 {"Cache-Control", "public, max-age=60"},
                                 {"X-Content-Type-Options", "nosniff"}},
                      .body = web::PlayerPage()});
}

net::ListenOptions ListenOn(uint16_t port, const service::ListenRules& rules) {
  net::ListenOptions options{.port = port, .component = "http"};
  rules.Apply(service::ListenRules::kHttp, options);
  return options;
}

}  // namespace

HttpService::Desk::Desk(net::EventLoop& loop, const hls::Options& options,
                        const service::VirtualHosts& hosts, Puller& puller, PulledStreams& streams)
    : source(loop, hosts, puller, streams), routes(loop, source, options) {
  router.AddExact("/", ServePlayerPage);
  router.SetFallback(routes);
}

HttpService::HttpService(net::LoopGroup& loops, const service::Bind& bind,
                         const service::ListenRules& rules, const hls::Options& options,
                         const service::VirtualHosts& hosts, Puller& puller, PulledStreams& streams)
    : listeners_(loops, bind.addresses, ListenOn(bind.port.value_or(0), rules), [&](size_t loop) {
        desks_.push_back(std::make_unique<Desk>(loops.at(loop), options, hosts, puller, streams));
        return http::MakeServerFactory(desks_.back()->router);
      }) {}

std::array<uint64_t, hls::RequestCounts::kKinds> HttpService::Requests() const {
  std::array<uint64_t, hls::RequestCounts::kKinds> sums{};
  for (const auto& desk : desks_) {
    for (size_t kind = 0; kind < sums.size(); ++kind)
      sums.at(kind) += desk->routes.requests().at(kind);
  }
  return sums;
}

}  // namespace weir::edge

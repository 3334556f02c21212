#include "edge/serve/http_service.h"

#include <atomic>
#include <chrono>
#include <utility>

#include "http/server_session.h"
#include "web/player_page.h"

namespace weir::edge {
namespace {

/// A few at a time: 50,000 viewers take ten seconds.
constexpr Clock::duration kLookEvery = std::chrono::milliseconds(200);
constexpr size_t kOpeningsAtOnce = 1'000;

void ServePlayerPage(const http::Request& /*request*/, std::unique_ptr<http::Responder> responder) {
  responder->Respond({.status = 200,
                      .fields = {{"Content-Type", "text/html; charset=utf-8"},
                                 {"Cache-Control", "public, max-age=60"},
                                 {"X-Content-Type-Options", "nosniff"}},
                      .body = web::PlayerPage()});
}

net::ListenOptions ListenOn(uint16_t port, const net::TlsServerContext* tls,
                            const service::ListenRules& rules) {
  net::ListenOptions options{
      .port = port, .component = tls == nullptr ? "http" : "https", .tls = tls};
  rules.Apply(tls == nullptr ? service::ListenRules::kHttp : service::ListenRules::kHttps, options);
  return options;
}

}  // namespace

HttpService::Desk::Desk(net::EventLoop& event_loop, const service::Bind& bind,
                        const FrontOptions& front_options, LineFile* log_file,
                        const ServeOptions& options, const Access& access,
                        const service::VirtualHosts& hosts, Puller& puller, PulledStreams& streams,
                        const Viewers& viewers)
    : log(event_loop, log_file),
      table(viewers.book),
      source(event_loop, hosts, options, puller, streams),
      routes(event_loop, source, options.first()),
      control(event_loop, access.book, access.tls),
      openings(viewers.book, [this](const auto& grant,
                                    const auto& request) { control.TellClosing(grant, request); }),
      caller(event_loop, viewers.hooks, viewers.tls),
      watch(event_loop, hosts, options, {.options = viewers.hooks, .caller = caller}, table,
            routes),
      gate(control, hosts, access.rules,
           {.cross_domains = http::CrossDomains(options.first().cross_domains),
            .port = bind.port.value_or(0),
            .tls_port = bind.tls_port.value_or(0)},
           openings, watch),
      front(front_options.forwarding, log, router),
      factory(http::MakeServerFactory(front, {}, http::SystemUtc, &drain)),
      loop(event_loop),
      timer(event_loop, [this] { OnTimer(); }) {
  router.AddExact("/", ServePlayerPage);
  router.SetFallback(gate);
  timer.Start(kLookEvery);
}

void HttpService::Desk::OnTimer() {
  openings.Sweep(loop.now(), kOpeningsAtOnce);
  timer.Start(kLookEvery);
}

HttpService::HttpService(net::LoopGroup& loops, const service::Bind& bind,
                         const net::TlsServerContext* tls, const service::ListenRules& rules,
                         const FrontOptions& front, const ServeOptions& options,
                         const Access& access, const service::VirtualHosts& hosts, Puller& puller,
                         PulledStreams& streams, const Viewers& viewers)
    : loops_(loops),
      log_file_(front.access_log.empty() ? nullptr : std::make_unique<LineFile>(front.access_log)) {
  for (size_t loop = 0; loop < loops.size(); ++loop) {
    desks_.push_back(std::make_unique<Desk>(loops.at(loop), bind, front, log_file_.get(), options,
                                            access, hosts, puller, streams, viewers));
  }
  const auto open = [&](uint16_t port, const net::TlsServerContext* context) {
    listeners_.push_back(std::make_unique<service::Listeners>(
        loops, bind.addresses, ListenOn(port, context, rules),
        [this](size_t loop) { return desks_[loop]->factory; }));
  };
  open(bind.port.value_or(0), nullptr);
  if (tls != nullptr) open(bind.tls_port.value_or(0), tls);
}

void HttpService::StopAccepting() {
  for (const auto& listeners : listeners_)
    listeners->StopAccepting();
  for (size_t loop = 0; loop < desks_.size(); ++loop)
    loops_.at(loop).Post([desk = desks_[loop].get()] { desk->drain.Begin(); });
}

Status HttpService::Listen() {
  if (log_file_ != nullptr) {
    if (Status opened = log_file_->Open(); !opened) return opened;
  }
  for (const auto& listeners : listeners_) {
    if (Status listening = listeners->Listen(); !listening) return listening;
  }
  return {};
}

void HttpService::Reload() {
  if (log_file_ != nullptr) log_file_->Reopen();
}

uint64_t HttpService::dropped_log_lines() const {
  return log_file_ == nullptr ? 0 : log_file_->dropped();
}

uint64_t HttpService::RefusedByBackends() const {
  uint64_t sum = 0;
  for (const auto& desk : desks_)
    sum += desk->watch.refused();
  return sum;
}

void HttpService::TellClosings(const std::function<void()>& done) {
  auto left = std::make_shared<std::atomic<size_t>>(desks_.size());  // shared by the loops
  for (size_t loop = 0; loop < desks_.size(); ++loop) {
    loops_.at(loop).Post([desk = desks_[loop].get(), left, done] {
      desk->openings.TellAll();
      desk->control.WhenTold([left, done] {
        if (left->fetch_sub(1) == 1) done();
      });
    });
  }
}

uint64_t HttpService::Refused() const {
  uint64_t sum = 0;
  for (const auto& desk : desks_)
    sum += desk->gate.refused();
  return sum;
}

std::array<uint64_t, hls::RequestCounts::kKinds> HttpService::Requests() const {
  std::array<uint64_t, hls::RequestCounts::kKinds> sums{};
  for (const auto& desk : desks_) {
    for (size_t kind = 0; kind < sums.size(); ++kind)
      sums.at(kind) += desk->routes.requests().at(kind);
  }
  return sums;
}

}  // namespace weir::edge

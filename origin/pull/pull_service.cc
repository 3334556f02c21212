#include "origin/pull/pull_service.h"

#include <chrono>

#include <fmt/format.h>

#include "base/log.h"
#include "origin/api/place.h"
#include "origin/pull/calls.h"

namespace weir::pull {
namespace {

constexpr auto kLoadAgainAfter = std::chrono::seconds(1);

}  // namespace

PullService::PullService(const Context& context)
    : runner_({.loops = context.loops,
               .gate = context.gate,
               .options = context.relay,
               .tls = context.tls,
               .streams = context.streams,
               .live = context.live,
               .audience = context.audience}),
      storage_(context.store, PullPrefix(context.node)),
      book_({.runner = runner_,
             .storage = storage_,
             .prefix = PullPrefix(context.node),
             .taken =
                 [&streams = context.streams](const stream::StreamPath& path) {
                   return static_cast<bool>(streams.Find(path));
                 },
             .properties =
                 [&hosts = context.hosts](const std::string& vhost, const std::string& app) {
                   return PropertiesOf(hosts.Now()->hosts, vhost, app);
                 }}),
      retry_(context.loops.at(0), [this] { Load(); }) {
  runner_.SetObserver(book_);
}

void PullService::AddCalls(api::Routes& routes) {
  pull::AddCalls(routes, book_);
}

void PullService::Load() {
  book_.Load([this](const Status& loaded) {
    if (loaded) return;
    log::Err("pull", {}, "persistent pulls cannot be read from the state store: {}",
             loaded.error().detail);
    retry_.Start(kLoadAgainAfter);
  });
}

Result<service::OriginProperties> PropertiesOf(const service::VirtualHosts& hosts,
                                               const std::string& vhost, const std::string& app) {
  const auto application = api::FindApplication(hosts, vhost, app);
  if (!application) return tl::unexpected(application.error());
  if ((*application)->Provider("OVT") == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("The application has no OVT among its providers: [{}/{}]", vhost, app));
  }
  return hosts.Find(vhost)->origins.properties();
}

}  // namespace weir::pull

#include "edge/serve/pull_source.h"

#include <utility>

#include <fmt/format.h>

#include "service/origin_url.h"
#include "service/origins.h"

namespace weir::edge {

PullSource::PullSource(net::EventLoop& loop, const service::VirtualHosts& hosts,
                       const ServeOptions& options, Puller& puller, PulledStreams& streams)
    : loop_(loop), hosts_(hosts), options_(options), puller_(puller), streams_(streams) {}

Result<stream::StreamPath> PullSource::PathOf(std::string_view host, std::string_view app,
                                              std::string_view name) {
  const service::VirtualHost* vhost = hosts_.Resolve(host);
  if (vhost == nullptr) return Fail(ErrorCode::kNotFound, "no virtual host serves this name");
  const service::Application* application = vhost->FindApplication(app);
  const bool offered = application != nullptr && (application->Publisher("LLHLS") != nullptr ||
                                                  application->Publisher("HLS") != nullptr);
  if (!offered) {
    return Fail(ErrorCode::kNotFound, "there is no such application here");
  }
  return stream::StreamPath{
      .vhost = vhost->name, .app = std::string(app), .name = std::string(name)};
}

void PullSource::Open(const stream::StreamPath& path, std::string_view query,
                      std::function<void(Result<hls::FeedRef>)> ready) {
  const Result<PullPlan> plan = PlanFor(path, query);
  if (!plan) {
    ready(tl::unexpected(plan.error()));
    return;
  }
  puller_.Acquire(path, *plan, loop_,
                  [this, path, ready = std::move(ready)](const Result<stream::StreamRef>& stream) {
                    if (!stream) {
                      ready(tl::unexpected(stream.error()));
                      return;
                    }
                    const hls::FeedRef feed = streams_.FeedOf(path);
                    if (!feed) {
                      ready(Fail(ErrorCode::kUnavailable, "the stream has just been released"));
                      return;
                    }
                    ready(feed);
                  });
}

Result<PullPlan> PullSource::PlanFor(const stream::StreamPath& path, std::string_view query) const {
  const service::VirtualHost* vhost = hosts_.Find(path.vhost);
  if (vhost == nullptr) return Fail(ErrorCode::kNotFound, "the virtual host is gone");
  const std::string location = "/" + path.app + "/" + path.name;
  const service::Origin* origin = vhost->origins.Match(location);
  if (origin == nullptr) return Fail(ErrorCode::kNotFound, "no origin is configured for this path");
  if (origin->scheme != "ovt") {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("streams cannot be pulled by scheme {}", origin->scheme));
  }
  const service::OriginProperties& properties = vhost->origins.properties();
  PullPlan plan{.urls = {},
                .no_input_failover = properties.no_input_failover_timeout,
                .unused_deletion = properties.unused_stream_deletion_timeout,
                .failback = origin->failback,
                .failback_interval = properties.stream_failback_timeout,
                .persistent = origin->persistent};
  for (const std::string& text : service::UrlsFor(*origin, location, query)) {
    Result<service::OriginUrl> url = service::ParseOriginUrl(text);
    if (!url) return tl::unexpected(url.error());
    plan.urls.push_back(std::move(*url));
  }
  return plan;
}

}  // namespace weir::edge

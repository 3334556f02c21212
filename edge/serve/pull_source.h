#pragma once

#include "edge/pull/puller.h"
#include "edge/serve/pulled_streams.h"
#include "edge/serve/serve_options.h"
#include "net/event_loop.h"
#include "protocols/hls/source.h"
#include "service/virtual_hosts.h"

namespace weir::edge {

/// Gives one loop's HLS routes the streams that its virtual hosts' <Origins> name.
///
/// Thread: its loop.
class PullSource final : public hls::Source {
 public:
  /// All arguments outlive it.
  PullSource(net::EventLoop& loop, const service::VirtualHosts& hosts, const ServeOptions& options,
             Puller& puller, PulledStreams& streams);

  Result<stream::StreamPath> PathOf(std::string_view host, std::string_view app,
                                    std::string_view name) override;

  const hls::Options& OptionsOf(const stream::StreamPath& path) override {
    return options_.Of(path);
  }

  void Open(const stream::StreamPath& path, std::string_view query,
            std::function<void(Result<hls::FeedRef>)> ready) override;

 private:
  Result<PullPlan> PlanFor(const stream::StreamPath& path, std::string_view query) const;

  net::EventLoop& loop_;
  const service::VirtualHosts& hosts_;
  const ServeOptions& options_;
  Puller& puller_;
  PulledStreams& streams_;
};

}  // namespace weir::edge

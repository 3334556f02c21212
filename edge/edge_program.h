#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "control/metrics_registry.h"
#include "daemon/management.h"
#include "daemon/program.h"
#include "edge/dvr/dvr_options.h"
#include "edge/dvr/dvr_store.h"
#include "edge/pull/puller.h"
#include "edge/serve/booked_viewers.h"
#include "edge/serve/front.h"
#include "edge/serve/http_service.h"
#include "edge/serve/pulled_streams.h"
#include "edge/serve/serve_options.h"
#include "edge/viewers/viewer_book.h"
#include "edge/viewers/viewer_hooks.h"
#include "edge/viewers/viewer_rounds.h"
#include "hooks/hook_caller.h"
#include "hooks/hook_options.h"
#include "net/timer.h"
#include "net/tls_context.h"
#include "service/access/access_options.h"
#include "service/bind.h"
#include "service/host_book.h"
#include "service/listen_rules.h"
#include "service/virtual_hosts.h"
#include "stream/registry.h"

namespace weir::edge {

/// weir-edge: pulls streams from origins and serves them to viewers.
class EdgeProgram final : public daemon::Program {
 public:
  explicit EdgeProgram(const daemon::Surroundings& surroundings);
  ~EdgeProgram() override;

  Status Configure(const config::Document& document) override;
  Status Start(net::LoopGroup& loops) override;
  void Drain(std::function<void()> done) override;

  void Reload() override;

 private:
  Status ReadHttpBind(const config::Node& server);
  void StartRounds(bool has_hooks);
  void AddMetrics();
  void AddDvrMetrics(control::MetricsWriter& writer) const;

  const daemon::Surroundings& surroundings_;

  // Read by Configure.
  service::VirtualHosts hosts_;
  service::ListenRules listen_rules_;
  FrontOptions front_options_;
  service::Bind http_bind_;
  std::unique_ptr<net::TlsServerContext> tls_;  // null: viewers are served in the clear only
  daemon::ManagementBind management_bind_;
  relay::Options relay_options_;
  std::unique_ptr<net::TlsClientContext> relay_tls_;  // null: origins are spoken to in the clear
  ServeOptions serve_options_;
  std::optional<DvrOptions> dvr_options_;
  service::AccessByHost access_;
  hooks::WcsOptions wcs_options_;
  std::unique_ptr<service::HostBook> book_;             // never changes here
  std::unique_ptr<net::TlsClientContext> control_tls_;  // null: nobody is asked by https

  // Made by Start; the loops' things go before what they refer to.
  net::LoopGroup* loops_ = nullptr;
  control::MetricsRegistry metrics_;
  stream::Registry registry_;
  std::unique_ptr<ViewerBook> viewers_;
  std::unique_ptr<BookedViewers> booked_viewers_;
  std::unique_ptr<hooks::HookCaller> hook_caller_;  // of the first loop
  std::unique_ptr<ViewerHooks> viewer_hooks_;
  std::unique_ptr<DvrStore> dvr_;  // null: nobody rewinds
  std::unique_ptr<PulledStreams> streams_;
  std::unique_ptr<Puller> puller_;
  std::unique_ptr<HttpService> http_;
  std::unique_ptr<ViewerRounds> viewer_rounds_;
  std::unique_ptr<daemon::Management> management_;
  std::unique_ptr<net::Timer> drain_timer_;  // made on the first loop
};

}  // namespace weir::edge

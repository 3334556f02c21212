#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/worker_thread.h"
#include "control/metrics_registry.h"
#include "daemon/management.h"
#include "daemon/program.h"
#include "hooks/hook_options.h"
#include "net/tls_context.h"
#include "origin/api/options.h"
#include "origin/api/service.h"
#include "origin/apps/app_listener.h"
#include "origin/apps/apps_service.h"
#include "origin/dump/dumps.h"
#include "origin/events/event_calls.h"
#include "origin/events/event_generator.h"
#include "origin/modules.h"
#include "origin/publish/live_streams.h"
#include "origin/publish/publications.h"
#include "origin/pull/pull_service.h"
#include "origin/push/push_service.h"
#include "origin/record/records.h"
#include "origin/streams/stats_book.h"
#include "origin/streams/stream_calls.h"
#include "origin/wcs/pulled_streams.h"
#include "origin/wcs/pushed_streams.h"
#include "origin/wcs/service.h"
#include "protocols/relay/options.h"
#include "service/access/access_control.h"
#include "service/access/admitting_gate.h"
#include "service/bind.h"
#include "service/host_book.h"
#include "service/listen_rules.h"
#include "state/store.h"
#include "state/store_options.h"
#include "stream/registry.h"
#include "stream/run_ledger.h"

namespace weir::origin {

/// weir-origin: takes live streams in and relays them to edges.
class OriginProgram final : public daemon::Program, private AppListener {
 public:
  explicit OriginProgram(const daemon::Surroundings& surroundings);
  ~OriginProgram() override;

  Status Configure(const config::Document& document) override;
  Status Start(net::LoopGroup& loops) override;
  void Drain(std::function<void()> done) override;
  void Reload() override;

 private:
  // AppListener.
  void OnAppEnding(const std::string& vhost, const std::string& app) override;
  void OnAppDeleted(const std::string& vhost, const std::string& app) override;
  void OnAppStarted(const std::string& vhost, const std::string& app) override;

  Status ConfigureApi(const config::Node& server, const service::Bind& bind);
  Status ConfigurePulls(const config::Node& server);
  Status StartPush();
  Status StartPulls();
  void StartStreams();
  void StartApps();
  Status StartRecords();
  void StartDumps();
  Result<record::RecordOptions> FindRecordOptions(std::string_view vhost,
                                                  std::string_view app) const;
  Status StartApi();
  void AddMetrics();
  Status ReloadModules();
  void TellClosings(const std::function<void()>& done);

  const daemon::Surroundings& surroundings_;

  // Read by Configure.
  const config::Node* server_ = nullptr;
  std::unique_ptr<service::HostBook> book_;
  service::ListenRules listen_rules_;
  daemon::ManagementBind management_bind_;
  api::Options api_options_;
  std::unique_ptr<net::TlsServerContext> api_tls_;  // null: the API is served in the clear only
  net::TlsClientContext control_tls_;               // for control servers, backends, pushes
  hooks::WcsOptions wcs_options_;
  relay::Options relay_options_;
  std::unique_ptr<net::TlsClientContext> relay_tls_;  // null: streams are pulled in the clear
  state::StoreOptions store_options_;
  std::string node_;        // this node's name in the store
  std::string dump_root_;   // folder of all dumps
  bool keeps_apps_ = true;  // those that the API makes

  // Made by Start.
  net::LoopGroup* loops_ = nullptr;
  // Sessions, which the modules own, go before what they publish into.
  control::MetricsRegistry metrics_;
  stream::Registry registry_;
  std::unique_ptr<state::Store> store_;  // the control loop's
  push::SrtLoop srt_;
  LiveStreams live_;
  std::unique_ptr<WorkerThread> writer_;
  std::unique_ptr<stream::RunLedger> ledger_;
  std::unique_ptr<Publications> publications_;
  std::unique_ptr<wcs::Service> wcs_;
  std::vector<std::unique_ptr<service::AccessControl>> controls_;  // one per loop, ...
  std::vector<std::unique_ptr<service::AdmittingGate>> gates_;     // ... like these
  Modules modules_;
  std::unique_ptr<push::PushService> push_;
  std::unique_ptr<pull::PullService> pulls_;
  std::unique_ptr<wcs::PushedStreams> pushed_streams_;
  std::unique_ptr<wcs::PulledStreams> pulled_streams_;
  std::unique_ptr<EventCalls> events_;
  std::unique_ptr<EventGenerator> generator_;
  std::unique_ptr<streams::StatsBook> stats_;
  std::unique_ptr<streams::StreamCalls> stream_calls_;
  std::unique_ptr<AppsService> apps_;
  std::unique_ptr<record::Records> records_;
  std::unique_ptr<dump::Dumps> dumps_;
  std::unique_ptr<api::Service> api_;
  std::unique_ptr<daemon::Management> management_;
};

}  // namespace weir::origin

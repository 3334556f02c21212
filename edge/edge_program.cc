#include "edge/edge_program.h"

#include <chrono>
#include <utility>

#include "base/log.h"
#include "config/document.h"
#include "control/process_metrics.h"
#include "service/access/access_control.h"
#include "service/tls_names.h"
#include "service/tls_paths.h"

namespace weir::edge {
namespace {

constexpr uint16_t kHttpPort = 3333;
constexpr uint16_t kManagementPort = 8083;

constexpr int kSegmentsBackMax = 1'000;

/// How long those who are connected are still served: what is parked gets its answer meanwhile, and
/// a load balancer has seen /readyz turn.
constexpr auto kDrainTime = std::chrono::seconds(2);

/// Path tokens made with a key of our own are refused by every other edge.
void WarnOfLonelyKeys(const service::AccessByHost& access) {
  for (const auto& [vhost, rules] : access) {
    if (!rules.tokens.keys_are_ours) continue;
    log::Warn("access", vhost,
              "no <Weir><PathToken><Key>: viewers are let in with a key made up at this start, "
              "which no other edge knows");
  }
}

}  // namespace

EdgeProgram::EdgeProgram(const daemon::Surroundings& surroundings) : surroundings_(surroundings) {}

EdgeProgram::~EdgeProgram() = default;

Status EdgeProgram::Configure(const config::Document& document) {
  const config::Node& server = document.root();
  Result<service::VirtualHosts> hosts = service::VirtualHosts::Read(server);
  if (!hosts) return tl::unexpected(hosts.error());
  hosts_ = std::move(*hosts);

  Result<service::ListenRules> listen_rules = service::ListenRules::Read(server);
  if (!listen_rules) return tl::unexpected(listen_rules.error());
  listen_rules_ = std::move(*listen_rules);
  Result<FrontOptions> front = ReadFrontOptions(server, listen_rules_.trusted_proxies());
  if (!front) return tl::unexpected(front.error());
  front_options_ = std::move(*front);

  if (Status read = ReadHttpBind(server); !read) return read;

  management_bind_ = {.addresses = http_bind_.addresses, .port = kManagementPort};
  if (const config::Node* management = server.Find("Weir/Management")) {
    const auto port = service::ReadPort(*management, "Port");
    if (!port) return tl::unexpected(port.error());
    management_bind_.port = port->value_or(kManagementPort);
  }
  if (const config::Node* relay = server.Find("Weir/Relay")) {
    Result<relay::Options> options = relay::ReadOptions(*relay);
    if (!options) return tl::unexpected(options.error());
    relay_options_ = std::move(*options);
    if (const config::Node* tls = relay->Child("TLS")) {
      relay_tls_ = std::make_unique<net::TlsClientContext>(net::TlsClientOptions{
          .ca_file = service::FilePath(*tls, "CACertPath"), .server_name = {}, .alpn = {}});
    }
  }
  Result<std::optional<DvrOptions>> dvr = ReadDvrOptions(server, hosts_);
  if (!dvr) return tl::unexpected(dvr.error());
  dvr_options_ = std::move(*dvr);
  Result<ServeOptions> options = ServeOptions::Read(server, hosts_);
  if (!options) return tl::unexpected(options.error());
  serve_options_ = std::move(*options);
  Result<service::AccessByHost> access = service::ReadAccess(server, hosts_);
  if (!access) return tl::unexpected(access.error());
  access_ = std::move(*access);
  book_ = std::make_unique<service::HostBook>(
      std::make_shared<service::HostsInForce>(service::HostsInForce{
          .document = nullptr, .hosts = hosts_, .access = access_, .ingest = {}}));
  Result<hooks::WcsOptions> wcs = hooks::ReadWcsOptions(server);
  if (!wcs) return tl::unexpected(wcs.error());
  wcs_options_ = *std::move(wcs);
  if (service::NeedsTls(access_) || wcs_options_.NeedsTls())
    control_tls_ = std::make_unique<net::TlsClientContext>(net::TlsClientOptions{});
  return {};
}

Status EdgeProgram::ReadHttpBind(const config::Node& server) {
  Result<service::Bind> bind = service::ReadBind(server, "Publishers/LLHLS", kHttpPort);
  if (!bind) return tl::unexpected(bind.error());
  http_bind_ = std::move(*bind);
  if (!http_bind_.port) return server.Wrong("an edge needs <Bind><Publishers><LLHLS><Port>");
  if (!http_bind_.tls_port) return {};
  const config::Node* node = server.Find("Bind/Publishers/LLHLS");
  if (http_bind_.tls_port == http_bind_.port) return node->Wrong("<TLSPort> is <Port>");
  auto certificates = service::TlsOptionsOf(hosts_, {"h2", "http/1.1"});
  if (!certificates) {
    return node->Wrong("<TLSPort> needs a certificate: <VirtualHost><Host><TLS>");
  }
  tls_ = std::make_unique<net::TlsServerContext>(std::move(*certificates));
  return {};
}

Status EdgeProgram::Start(net::LoopGroup& loops) {
  loops_ = &loops;
  if (tls_ != nullptr) {
    if (Status loaded = tls_->Load(); !loaded) return loaded;
  }
  if (relay_tls_ != nullptr) {
    if (Status loaded = relay_tls_->Load(); !loaded) return loaded;
  }
  if (control_tls_ != nullptr) {
    if (Status loaded = control_tls_->Load(); !loaded) return loaded;
  }
  WarnOfLonelyKeys(access_);
  if (dvr_options_) {
    dvr_ = std::make_unique<DvrStore>(
        std::make_unique<FolderDisk>(dvr_options_->folder),
        DvrLimits{.bytes_max = dvr_options_->bytes_max, .age_max = dvr_options_->age_max});
    if (Status opened = dvr_->Open(); !opened) return opened;
  }
  const bool has_hooks = !wcs_options_.apps.empty();
  viewers_ = std::make_unique<ViewerBook>(ViewerBook::Options{.keeps_changes = has_hooks});
  booked_viewers_ = std::make_unique<BookedViewers>(*viewers_);
  streams_ = std::make_unique<PulledStreams>(loops, hosts_, *viewers_, dvr_.get());
  PullerOptions options;
  // All that the origin keeps, which is what a playlist lists: or an edge that joins late would
  // list less than the others.
  options.start_segments = kSegmentsBackMax;
  // The packager follows from the first frame on, and nobody else subscribes.
  options.backlog.segments = 1;
  options.relay = relay_options_;
  options.tls = relay_tls_.get();
  options.viewers = booked_viewers_.get();
  puller_ = std::make_unique<Puller>(loops, registry_, std::move(options), *streams_);
  http_ = std::make_unique<HttpService>(
      loops, http_bind_, tls_.get(), listen_rules_, front_options_, serve_options_,
      HttpService::Access{.rules = access_, .book = *book_, .tls = control_tls_.get()}, hosts_,
      *puller_, *streams_,
      HttpService::Viewers{.book = *viewers_, .hooks = wcs_options_, .tls = control_tls_.get()});
  StartRounds(has_hooks);
  AddMetrics();
  management_ = std::make_unique<daemon::Management>(loops, management_bind_,
                                                     surroundings_.readiness, metrics_);
  if (Status listening = http_->Listen(); !listening) return listening;
  return management_->Listen();
}

void EdgeProgram::StartRounds(bool has_hooks) {
  net::EventLoop& loop = loops_->at(0);
  ViewerRounds::OnChanges on_changes;
  if (has_hooks) {
    hook_caller_ = std::make_unique<hooks::HookCaller>(loop, wcs_options_, control_tls_.get());
    viewer_hooks_ = std::make_unique<ViewerHooks>(loop, wcs_options_, *hook_caller_, *viewers_);
    on_changes = [this](const ViewerBook::Changes& changes) { viewer_hooks_->OnChanges(changes); };
  }
  viewer_rounds_ = std::make_unique<ViewerRounds>(loop, *viewers_, std::move(on_changes));
}

void EdgeProgram::AddMetrics() {
  control::AddProcessMetrics(metrics_, surroundings_.info.name, surroundings_.info.version);
  metrics_.Add([this](control::MetricsWriter& writer) {
    AddDvrMetrics(writer);
    writer.Gauge("weir_streams", "Streams pulled from origins.",
                 static_cast<double>(streams_->size()));
    writer.Gauge("weir_viewers", "Sessions of viewers.", static_cast<double>(viewers_->watching()),
                 {{"protocol", "hls"}});
    writer.Counter("weir_viewers_ended_total", "Sessions that were ended by order.",
                   static_cast<double>(viewers_->ended()), {{"protocol", "hls"}});
    writer.Counter("weir_viewers_pushed_out_total",
                   "Sessions forgotten because there were too many.",
                   static_cast<double>(viewers_->pushed_out()), {{"protocol", "hls"}});
    writer.Counter("weir_access_log_dropped_total", "Lines of the access log that were dropped.",
                   static_cast<double>(http_->dropped_log_lines()));
    writer.Counter("weir_access_refused_total", "Requests that the access rules did not let in.",
                   static_cast<double>(http_->Refused()));
    writer.Counter("weir_hooks_refused_total", "Viewers that a backend did not let in.",
                   static_cast<double>(http_->RefusedByBackends()));
    writer.Counter("weir_bytes_out_total", "Bodies sent to viewers of the present streams.",
                   static_cast<double>(streams_->BytesOut()), {{"protocol", "hls"}});
    const auto requests = http_->Requests();
    for (size_t kind = 0; kind < requests.size(); ++kind) {
      writer.Counter("weir_hls_requests_total", "Requests of viewers and caches, by what they ask.",
                     static_cast<double>(requests.at(kind)),
                     {{"kind", std::string(hls::RequestCounts::kNames.at(kind))}});
    }
  });
}

void EdgeProgram::Reload() {
  http_->Reload();
  if (tls_ == nullptr) return;
  if (Status loaded = tls_->Load(); !loaded) {
    return log::Err("https", "", "the old certificates stay: {}", loaded.error().detail);
  }
  log::Info("https", "", "certificates read again");
}

void EdgeProgram::AddDvrMetrics(control::MetricsWriter& writer) const {
  if (dvr_ == nullptr) return;
  const DvrStats stats = dvr_->stats();
  writer.Gauge("weir_dvr_bytes", "Kept on disk for rewinding.", static_cast<double>(stats.bytes));
  writer.Counter("weir_dvr_segments_written_total", "Segments kept for rewinding.",
                 static_cast<double>(stats.segments_written));
  writer.Counter("weir_dvr_segments_lost_total",
                 "Segments not kept: no room, or the disk was too slow or broken.",
                 static_cast<double>(stats.segments_lost));
  writer.Counter("weir_dvr_segments_read_total", "Segments read back for viewers.",
                 static_cast<double>(stats.segments_read));
  writer.Counter("weir_dvr_reads_failed_total", "Segments that could not be read back.",
                 static_cast<double>(stats.reads_failed));
}

void EdgeProgram::Drain(std::function<void()> done) {
  http_->StopAccepting();
  loops_->at(0).Post([this, done = std::move(done)] {
    drain_timer_ =
        std::make_unique<net::Timer>(loops_->at(0), [this, done] { http_->TellClosings(done); });
    drain_timer_->Start(kDrainTime);
  });
}

}  // namespace weir::edge

#include "origin/origin_program.h"

#include <array>
#include <atomic>
#include <chrono>
#include <climits>
#include <cmath>
#include <filesystem>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/log.h"
#include "config/document.h"
#include "control/process_metrics.h"
#include "crypto/random.h"
#include "http/date.h"
#include "origin/apps/hosts_reader.h"
#include "origin/apps/storage_options.h"
#include "origin/dump/dump_calls.h"
#include "origin/events/event_file.h"
#include "origin/modules.h"
#include "origin/record/record_calls.h"
#include "service/bind.h"
#include "service/tls_paths.h"
#include "state/open_store.h"

namespace weir::origin {
namespace {

constexpr uint16_t kApiPort = 8081;
constexpr size_t kDumpIdDigits = 8;  // as OvenMediaEngine's

Status MakeFolder(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (!failed) return {};
  return Fail(ErrorCode::kUnavailable,
              fmt::format("cannot make the folder {}: {}", folder.string(), failed.message()));
}

/// The same in the next life, and another one on another machine.
std::string NodeName(const config::Node& server, uint16_t port) {
  if (const config::Node* relay = server.Find("Weir/Relay")) {
    const auto name = relay->Text("Node", "");
    if (name && !name->empty()) return *name;
  }
  std::array<char, HOST_NAME_MAX + 1> host{};
  gethostname(host.data(), HOST_NAME_MAX);
  return fmt::format("{}:{}", host.data(), port);
}

void Write(const std::vector<service::Measure>& measures, control::MetricsWriter& writer) {
  for (const service::Measure& measure : measures) {
    if (measure.kind == service::Measure::Kind::kGauge) {
      writer.Gauge(measure.name, measure.help, measure.value);
    } else {
      writer.Counter(measure.name, measure.help, measure.value);
    }
  }
}

Status ConfigureModules(const Modules& modules, const config::Node& server,
                        const service::VirtualHosts& hosts) {
  for (const auto& module : modules.all) {
    if (Status configured = module->Configure(server, hosts); !configured) return configured;
  }
  for (const service::VirtualHost& host : hosts.list()) {
    for (const service::Application& application : host.applications) {
      (void)application.Provider("OVT");  // asked for now, so that it is not reported as unused
      if (const auto push = push::ReadOptions(application); !push)
        return tl::unexpected(push.error());
      if (const auto record = record::ReadRecordOptions(application, {}); !record)
        return tl::unexpected(record.error());
      if (const auto dumps = dump::ReadDumpOptions(application); !dumps)
        return tl::unexpected(dumps.error());
      if (const auto events = FindEventFile(application); !events)
        return tl::unexpected(events.error());
    }
  }
  return {};
}

/// What the modules would say of a configuration at a start.
Status CheckModules(const config::Node& server, const service::VirtualHosts& hosts) {
  return ConfigureModules(OriginModules(), server, hosts);
}

wcs::PushedStreams::Apps AllApps(const service::HostsInForce& now) {
  wcs::PushedStreams::Apps apps;
  for (const service::VirtualHost& host : now.hosts.list()) {
    for (const service::Application& application : host.applications)
      apps.emplace_back(host.name, application.name);
  }
  return apps;
}

}  // namespace

OriginProgram::OriginProgram(const daemon::Surroundings& surroundings)
    : surroundings_(surroundings),
      control_tls_(net::TlsClientOptions{}),
      modules_(OriginModules()) {}

OriginProgram::~OriginProgram() {
  apps_.reset();  // whose thread may be at work on the modules' certificates
  srt_.Stop();
  modules_.all.clear();
}

Status OriginProgram::Configure(const config::Document& document) {
  const config::Node& server = document.root();
  server_ = &server;
  Result<service::HostsInForce> read = ReadHosts(server);
  if (!read) return tl::unexpected(read.error());
  const auto now = std::make_shared<const service::HostsInForce>(*std::move(read));
  book_ = std::make_unique<service::HostBook>(now);

  Result<service::ListenRules> listen_rules = service::ListenRules::Read(server);
  if (!listen_rules) return tl::unexpected(listen_rules.error());
  listen_rules_ = std::move(*listen_rules);

  Result<service::Bind> bind = service::ReadBind(server, "Managers/API", kApiPort);
  if (!bind) return tl::unexpected(bind.error());
  management_bind_ = {.addresses = bind->addresses, .port = bind->port.value_or(kApiPort)};
  if (Status api = ConfigureApi(server, *bind); !api) return api;

  if (Status pulls = ConfigurePulls(server); !pulls) return pulls;

  Result<hooks::WcsOptions> wcs = hooks::ReadWcsOptions(server);
  if (!wcs) return tl::unexpected(wcs.error());
  wcs_options_ = *std::move(wcs);

  auto store = state::ReadStoreOptions(server.Find("Weir/State"), surroundings_.arguments.data);
  if (!store) return tl::unexpected(store.error());
  store_options_ = *std::move(store);
  node_ = NodeName(server, management_bind_.port);
  const Result<bool> keeps_apps = ReadStorageEnabled(server);
  if (!keeps_apps) return tl::unexpected(keeps_apps.error());
  keeps_apps_ = *keeps_apps;
  dump_root_ = dump::ReadDumpRoot(server, (surroundings_.arguments.data / "dumps").string());

  if (Status fits = ConfigureModules(modules_, server, now->hosts); !fits) return fits;
  return CheckEventFiles(now->hosts);
}

Status OriginProgram::ConfigureApi(const config::Node& server, const service::Bind& bind) {
  Result<api::Options> options = api::ReadOptions(server);
  if (!options) return tl::unexpected(options.error());
  api_options_ = *std::move(options);
  if (!bind.tls_port) return {};
  if (!api_options_.tls)
    return server.Wrong("Managers/API has a <TLSPort>, and no <Managers><Host><TLS>");
  const service::TlsPaths& paths = *api_options_.tls;
  api_tls_ = std::make_unique<net::TlsServerContext>(
      net::TlsServerOptions{.certificate_file = paths.certificate,
                            .key_file = paths.key,
                            .chain_file = paths.chain,
                            .alpn = {"h2", "http/1.1"}});
  management_bind_.tls_port = bind.tls_port;
  management_bind_.tls = api_tls_.get();
  return {};
}

/// As the relay's own side is: with <TLS> other origins are spoken to by TLS as well.
Status OriginProgram::ConfigurePulls(const config::Node& server) {
  const config::Node* const node = server.Find("Weir/Relay");
  if (node == nullptr) return {};
  Result<relay::Options> options = relay::ReadOptions(*node);
  if (!options) return tl::unexpected(options.error());
  relay_options_ = *std::move(options);
  if (const config::Node* tls = node->Child("TLS")) {
    relay_tls_ = std::make_unique<net::TlsClientContext>(net::TlsClientOptions{
        .ca_file = service::FilePath(*tls, "CACertPath"), .server_name = {}, .alpn = {}});
  }
  return {};
}

Status OriginProgram::Start(net::LoopGroup& loops) {
  loops_ = &loops;
  const std::filesystem::path& data = surroundings_.arguments.data;
  if (Status made = MakeFolder(data); !made) return made;
  writer_ = std::make_unique<WorkerThread>();
  ledger_ = std::make_unique<stream::RunLedger>(
      stream::RunLedger::Options{.file = (data / "runs").string()}, *writer_);
  publications_ = std::make_unique<Publications>(loops, *book_, registry_, *ledger_, live_);
  if (Status loaded = control_tls_.Load(); !loaded) return loaded;
  wcs_ = std::make_unique<wcs::Service>(
      wcs_options_, wcs::Service::Surroundings{
                        .loops = loops,
                        .tls = &control_tls_,
                        .gate = [this](size_t loop) -> service::PublishGate& {
                          return publications_->gate(loop);
                        },
                        .vhost_of =
                            [this](std::string_view host) {
                              const auto now = book_->Now();
                              const service::VirtualHost* const vhost = now->hosts.Resolve(host);
                              return vhost == nullptr ? std::string() : vhost->name;
                            }});
  for (size_t loop = 0; loop < loops.size(); ++loop) {
    controls_.push_back(
        std::make_unique<service::AccessControl>(loops.at(loop), *book_, &control_tls_));
    gates_.push_back(std::make_unique<service::AdmittingGate>(loops.at(loop), *book_,
                                                              *controls_.back(), wcs_->gate(loop)));
  }
  const service::ModuleContext context{
      .loops = loops,
      .streams = registry_,
      .hosts = *book_,
      .listen_rules = listen_rules_,
      .gate = [this](size_t loop) -> service::PublishGate& { return *gates_.at(loop); }};
  for (const auto& module : modules_.all) {
    if (Status started = module->Start(context); !started) return started;
  }
  if (Status pushing = StartPush(); !pushing) return pushing;
  if (Status pulling = StartPulls(); !pulling) return pulling;
  if (Status recording = StartRecords(); !recording) return recording;
  StartDumps();
  AddMetrics();
  StartApps();
  return StartApi();
}

Status OriginProgram::StartPush() {
  auto store = state::OpenStore(store_options_, loops_->at(0));
  if (!store) return tl::unexpected(store.error());
  store_ = *std::move(store);
  push_ = std::make_unique<push::PushService>(
      push::PushService::Context{.loops = *loops_,
                                 .srt = srt_,
                                 .streams = registry_,
                                 .store = *store_,
                                 .tls = control_tls_,
                                 .disk = *writer_,
                                 .node = node_,
                                 .options = [this](std::string_view vhost, std::string_view app) {
                                   return push::FindOptions(book_->Now()->hosts, vhost, app);
                                 }});
  return {};
}

Status OriginProgram::StartPulls() {
  if (relay_tls_ != nullptr) {
    if (Status loaded = relay_tls_->Load(); !loaded) return loaded;
  }
  pulls_ = std::make_unique<pull::PullService>(pull::PullService::Context{
      .loops = *loops_,
      .gate = [this](size_t loop) -> service::PublishGate& { return wcs_->gate(loop); },
      .hosts = *book_,
      .streams = registry_,
      .live = live_,
      .store = keeps_apps_ ? store_.get() : nullptr,
      .node = node_,
      .relay = relay_options_,
      .tls = relay_tls_.get(),
      .audience =
          [this](const stream::StreamPath& path) { return modules_.relay->AudienceOf(path); }});
  return {};
}

void OriginProgram::StartStreams() {
  stats_ = std::make_unique<streams::StatsBook>(
      loops_->at(0), live_, [this](const stream::StreamPath& path) {
        streams::Audience audience;
        const relay::StreamStats stats = modules_.relay->AudienceOf(path);
        for (const relay::StreamStats::Protocol& protocol : stats.protocols) {
          // OvenMediaEngine counts low-latency viewers and others apart; here they ask alike.
          audience.viewers[protocol.name == "hls" ? "llhls" : protocol.name] += protocol.viewers;
          audience.bytes_out += static_cast<uint64_t>(protocol.bytes_out);
        }
        return audience;
      });
  stream_calls_ = std::make_unique<streams::StreamCalls>(
      *book_, live_, *stats_,
      [this](const stream::StreamPath& path, const LiveStreamPtr& live,
             const std::function<void(Status)>& ended) {
        pulls_->book().Remove(path, [this, live, ended](const Status& removed) {
          const bool was_pulled = removed || removed.error().code != ErrorCode::kNotFound;
          if (live == nullptr || (was_pulled && !removed)) return ended(removed);
          publications_->End(*live, {.code = ErrorCode::kEnded, .detail = "ended by the API"});
          ended({});
        });
      });
}

void OriginProgram::StartApps() {
  apps_ = std::make_unique<AppsService>(AppsService::Context{
      .control = loops_->at(0),
      .book = *book_,
      .server = *server_,
      .file = surroundings_.arguments.config,
      .store = keeps_apps_ ? store_.get() : nullptr,
      .check = CheckModules,
      .end_streams =
          [this](const std::string& vhost, const std::string& app, std::function<void()> done) {
            publications_->EndApplication(
                vhost, app,
                {.code = ErrorCode::kEnded, .detail = "its application has been stopped"},
                [this, done = std::move(done)] { loops_->at(0).Post(done); });
          },
      .check_files = CheckEventFiles,
      .reload_hosts = [this] { return ReloadModules(); },
      .reload_api =
          api_tls_ == nullptr ? std::function<Status()>() : [this] { return api_tls_->Load(); }});
  apps_->apps().AddListener(*this);
  apps_->apps().WhenLoaded([this] { pulls_->Load(); });
}

void OriginProgram::OnAppEnding(const std::string& vhost, const std::string& app) {
  push_->EndApplication(vhost, app);
  pulls_->book().OnAppEnding(vhost, app);
}

void OriginProgram::OnAppStarted(const std::string& vhost, const std::string& app) {
  pulls_->book().OnAppStarted(vhost, app);
}

void OriginProgram::OnAppDeleted(const std::string& vhost, const std::string& app) {
  records_->EndApplication(vhost, app);
  pulls_->book().OnAppDeleted(vhost, app);
}

Status OriginProgram::StartRecords() {
  auto records = record::Records::Open(
      {.control = loops_->at(0),
       .live = live_,
       .streams = registry_,
       .store = *store_,
       .node = node_,
       .journal_folder = (surroundings_.arguments.data / "recordings").string(),
       .options = [this](const std::string& vhost,
                         const std::string& app) { return FindRecordOptions(vhost, app); },
       .utc = http::SystemUtc,
       .recording = {.random = [] { return std::ldexp(crypto::RandomU64() >> 11, -53); }}});
  if (!records) return tl::unexpected(records.error());
  records_ = *std::move(records);
  return {};
}

void OriginProgram::StartDumps() {
  dumps_ = std::make_unique<dump::Dumps>(
      dump::Dumps::Context{.control = loops_->at(0),
                           .loop_of = [this](const LiveStream& stream) -> Executor& {
                             return loops_->at(stream.identity().loop);
                           },
                           .streams = registry_,
                           .live = live_,
                           .root = dump_root_,
                           .configured = [this](std::string_view vhost, std::string_view app)
                               -> std::optional<std::vector<dump::ConfiguredDump>> {
                             const auto now = book_->Now();
                             auto found = dump::FindDumpOptions(now->hosts, vhost, app);
                             return found ? *std::move(found) : std::nullopt;
                           },
                           .utc = http::SystemUtc,
                           .new_id = [] { return crypto::RandomHex(kDumpIdDigits); },
                           .make_worker = [] { return std::make_unique<WorkerThread>(); },
                           .make_disk =
                               [this](const dump::DumpPlace& place) {
                                 return std::make_unique<dump::FolderDisk>(dump_root_, place);
                               }});
  live_.Watch(loops_->at(0), *dumps_);
}

Result<record::RecordOptions> OriginProgram::FindRecordOptions(std::string_view vhost,
                                                               std::string_view app) const {
  return record::FindRecordOptions(book_->Now()->hosts, vhost, app,
                                   (surroundings_.arguments.data / "records").string());
}

Status OriginProgram::StartApi() {
  if (api_tls_ != nullptr) {
    if (Status loaded = api_tls_->Load(); !loaded) return loaded;
  }
  api_ = std::make_unique<api::Service>(api_options_, surroundings_.info.version, *loops_);
  events_ = std::make_unique<EventCalls>(registry_, *book_);
  generator_ = std::make_unique<EventGenerator>(EventGenerator::Context{.control = loops_->at(0),
                                                                        .disk = *writer_,
                                                                        .streams = registry_,
                                                                        .book = *book_,
                                                                        .utc = http::SystemUtc});
  if (!api_options_.on()) log::Info("api", {}, "off: there is no <Managers><API><AccessToken>");
  management_ = std::make_unique<daemon::Management>(*loops_, management_bind_,
                                                     surroundings_.readiness, metrics_);
  apps_->AddCalls(api_->routes());
  wcs_->SetEdges(modules_.relay->viewers());
  pushed_streams_ = std::make_unique<wcs::PushedStreams>(wcs::PushedStreams::Surroundings{
      .pushes = push_->pushes(),
      .publishers = wcs_->publishers(),
      .apps = [this] { return AllApps(*book_->Now()); },
      .may_push =
          [this](const stream::StreamPath& path) {
            const auto options = push::FindOptions(book_->Now()->hosts, path.vhost, path.app);
            return options ? Status() : Status(tl::unexpected(options.error()));
          },
      .utc = http::SystemUtc});
  pulled_streams_ = std::make_unique<wcs::PulledStreams>(pulls_->book(), wcs_->publishers(),
                                                         [this] { return AllApps(*book_->Now()); });
  wcs_->AddTo(api_->routes(), pushed_streams_.get(), pulled_streams_.get());
  pulls_->AddCalls(api_->routes());
  push_->AddCalls(api_->routes());
  events_->AddTo(api_->routes());
  StartStreams();
  stream_calls_->AddTo(api_->routes());
  record::AddCalls(api_->routes(), *records_, [this](std::string_view vhost, std::string_view app) {
    return FindRecordOptions(vhost, app);
  });
  dump::AddCalls(api_->routes(), *dumps_, live_, *book_);
  api_->AddTo(management_->router());
  return management_->Listen();
}

void OriginProgram::AddMetrics() {
  control::AddProcessMetrics(metrics_, surroundings_.info.name, surroundings_.info.version);
  metrics_.Add([this](control::MetricsWriter& writer) {
    const Publications::Totals totals = publications_->totals();
    writer.Gauge("weir_streams", "Streams being published.", static_cast<double>(totals.streams));
    writer.Gauge("weir_backlog_bytes", "Payload bytes kept for edges that join later.",
                 static_cast<double>(totals.backlog_bytes));
    writer.Gauge("weir_stream_frames", "Frames of the present streams.",
                 static_cast<double>(totals.frames));
    writer.Gauge("weir_stream_bytes", "Payload bytes of the present streams.",
                 static_cast<double>(totals.bytes));
    writer.Gauge("weir_stream_frames_unplayable", "Frames dropped from the present streams.",
                 static_cast<double>(totals.frames_unplayable));
    writer.Gauge("weir_stream_time_jumps", "Timestamp jumps repaired in the present streams.",
                 static_cast<double>(totals.jumps));
    writer.Gauge("weir_stream_marks_forced", "Segments of the present streams without a key frame.",
                 static_cast<double>(totals.marks_forced));
    uint64_t refused = 0;
    for (const auto& gate : gates_)
      refused += gate->refused();
    writer.Counter("weir_hooks_refused_total", "Publishers that a backend did not let in.",
                   static_cast<double>(wcs_->Refused()));
    writer.Counter("weir_access_refused_total", "Publishers that the access rules did not let in.",
                   static_cast<double>(refused));
    for (const auto& module : modules_.all)
      Write(module->Measures(), writer);
    Write(push_->Measures(), writer);
  });
}

void OriginProgram::Drain(std::function<void()> done) {
  for (const auto& module : modules_.all)
    module->StopAccepting();
  auto left = std::make_shared<std::atomic<int>>(3);  // shared by the loops
  const auto part_done = [left, done = std::move(done)] {
    if (left->fetch_sub(1) == 1) done();
  };
  loops_->at(0).Post([this, part_done] {
    push_->Close();
    pulls_->book().Close();
    records_->Drain(part_done);
    dumps_->Drain(part_done);
  });
  publications_->Drain([this, part_done] { TellClosings(part_done); });
}

/// What a control server let in has ended by now; its closings are still to leave.
void OriginProgram::TellClosings(const std::function<void()>& done) {
  auto left = std::make_shared<std::atomic<size_t>>(controls_.size());  // shared by the loops
  for (size_t loop = 0; loop < controls_.size(); ++loop) {
    loops_->at(loop).Post([this, loop, left, done] {
      controls_[loop]->WhenTold([left, done] {
        if (left->fetch_sub(1) == 1) done();
      });
    });
  }
}

void OriginProgram::Reload() {
  if (api_tls_ != nullptr) {
    if (Status loaded = api_tls_->Load(); !loaded)
      log::Err("api", {}, "the certificate stays as it was: {}", loaded.error().detail);
  }
  if (Status loaded = ReloadModules(); !loaded)
    log::Err("origin", {}, "a certificate stays as it was: {}", loaded.error().detail);
}

/// All of them, whatever becomes of one; gives the first failure.
Status OriginProgram::ReloadModules() {
  Status all;
  for (const auto& module : modules_.all) {
    if (Status loaded = module->Reload(); !loaded && all) all = std::move(loaded);
  }
  return all;
}

}  // namespace weir::origin

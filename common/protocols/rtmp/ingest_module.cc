#include "protocols/rtmp/ingest_module.h"

#include <utility>

#include "base/log.h"
#include "crypto/random.h"
#include "service/tls_names.h"
#include "service/virtual_hosts.h"

namespace weir::rtmp {
namespace {

constexpr uint16_t kPort = 1935;

net::ListenOptions ListenOn(uint16_t port, const net::TlsServerContext* tls,
                            const service::ListenRules& rules) {
  using Rules = service::ListenRules;
  net::ListenOptions options{
      .port = port, .component = tls == nullptr ? "rtmp" : "rtmps", .tls = tls};
  rules.Apply(tls == nullptr ? Rules::kRtmp : Rules::kRtmps, options);
  return options;
}

/// Those of the application that `path` is in; they were checked when it was configured.
ProviderOptions OptionsOf(const service::HostsInForce& now, const stream::StreamPath& path) {
  const service::Application* const application = now.hosts.ApplicationOf(path);
  const config::Node* const provider =
      application == nullptr ? nullptr : application->Provider("RTMP");
  if (provider == nullptr) return {};
  return ReadProviderOptions(*provider).value_or(ProviderOptions());
}

}  // namespace

IngestModule::IngestModule() : random_(crypto::FillRandom) {}

IngestModule::~IngestModule() = default;

Status IngestModule::Configure(const config::Node& server, const service::VirtualHosts& hosts) {
  Result<service::Bind> bind = service::ReadBind(server, "Providers/RTMP", kPort);
  if (!bind) return tl::unexpected(bind.error());
  bind_ = std::move(*bind);
  for (const service::VirtualHost& host : hosts.list()) {
    for (const service::Application& application : host.applications) {
      const config::Node* const provider = application.Provider("RTMP");
      if (provider == nullptr) continue;
      if (const auto read = ReadProviderOptions(*provider); !read)
        return tl::unexpected(read.error());
    }
  }
  if (!bind_.tls_port) return {};
  auto certificates = service::TlsOptionsOf(hosts, {});
  if (!certificates) {
    return server.Find("Bind/Providers/RTMP")
        ->Wrong("<TLSPort> needs a <VirtualHost> with <Host><TLS>: its certificate is used");
  }
  tls_ = std::make_unique<net::TlsServerContext>(std::move(*certificates));
  return {};
}

Status IngestModule::Start(const service::ModuleContext& context) {
  for (size_t loop = 0; loop < context.loops.size(); ++loop) {
    contexts_.push_back({.gate = context.gate(loop),
                         .options = options_,
                         .random = random_,
                         .provider = [&hosts = context.hosts](const stream::StreamPath& path) {
                           return OptionsOf(*hosts.Now(), path);
                         }});
  }
  const service::Listeners::MakeFactory make_factory = [this](size_t loop) {
    return [this, &session_context = contexts_[loop]](
               net::ByteOutput& output, const net::Peer& peer, Clock::time_point now) {
      connections_.fetch_add(1, std::memory_order_relaxed);
      return std::make_unique<ServerSession>(output, peer, now, session_context);
    };
  };
  if (bind_.tls_port) {
    if (Status started = StartSecure(context, make_factory); !started) return started;
  }
  if (!bind_.port) return {};
  listeners_ = std::make_unique<service::Listeners>(
      context.loops, bind_.addresses, ListenOn(*bind_.port, nullptr, context.listen_rules),
      make_factory);
  return listeners_->Listen();
}

Status IngestModule::StartSecure(const service::ModuleContext& context,
                                 const service::Listeners::MakeFactory& make_factory) {
  if (Status loaded = tls_->Load(); !loaded) return loaded;
  secure_listeners_ = std::make_unique<service::Listeners>(
      context.loops, bind_.addresses, ListenOn(*bind_.tls_port, tls_.get(), context.listen_rules),
      make_factory);
  return secure_listeners_->Listen();
}

void IngestModule::StopAccepting() {
  if (listeners_ != nullptr) listeners_->StopAccepting();
  if (secure_listeners_ != nullptr) secure_listeners_->StopAccepting();
}

Status IngestModule::Reload() {
  return tls_ == nullptr ? Status() : tls_->Load();
}

std::vector<service::Measure> IngestModule::Measures() const {
  return {{"weir_rtmp_connections_total", "RTMP connections that came, RTMPS included.",
           service::Measure::Kind::kCounter,
           static_cast<double>(connections_.load(std::memory_order_relaxed))}};
}

}  // namespace weir::rtmp

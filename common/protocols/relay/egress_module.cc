#include "protocols/relay/egress_module.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>

#include "base/guarded.h"
#include "base/log.h"
#include "net/timer.h"

namespace weir::relay {
namespace {

constexpr uint16_t kPort = 9000;
constexpr auto kCountEvery = std::chrono::milliseconds(500);

/// Only applications with <Publishers><OVT/> are given to edges.
bool IsRelayed(const service::HostBook& book, const stream::StreamPath& path) {
  const std::shared_ptr<const service::HostsInForce> now = book.Now();
  const service::Application* const application = now->hosts.ApplicationOf(path);
  return application != nullptr && application->Publisher("OVT") != nullptr;
}

/// What the sessions of one loop add up to.
struct Sums {
  size_t edges = 0;
  size_t subscriptions = 0;
  size_t queued_bytes = 0;
  int64_t viewers = 0;
  // Of sessions that ended, and of those that live.
  uint64_t bytes_sent = 0;
  uint64_t frames_dropped = 0;
  uint64_t gaps = 0;
};

/// Knows the edges of one loop.
class LoopCensus final : public EgressObserver {
 public:
  LoopCensus(net::EventLoop& loop, ViewerSurvey::Part& viewers)
      : survey_(viewers), timer_(loop, [this] { Count(); }) {
    timer_.Start(kCountEvery);
  }

  void OnEdgeOpened(ServerSession& session) override {
    log::Info("relay", session.peer_address(), "edge '{}' connected", session.edge_node());
    sessions_.insert(&session);
    survey_.OnEdgeOpened(session);
  }

  void OnEdgeClosed(ServerSession& session) override {
    log::Info("relay", session.peer_address(), "edge '{}' left", session.edge_node());
    sessions_.erase(&session);
    survey_.OnEdgeClosed(session);
    audiences_.With([&session](Audiences& audiences) { audiences.erase(&session); });
    AddSent(ended_, session);
  }

  void OnEdgeStats(const ServerSession& session, const stream::StreamPath& path,
                   const StreamStats& stats) override {
    audiences_.With([&](Audiences& audiences) { audiences[&session][path] = stats; });
  }

  void OnViewers(ServerSession& session, ViewersPage page) override {
    survey_.OnViewers(session, std::move(page));
  }

  void OnViewersEnded(ServerSession& session, const ViewersEnded& answer) override {
    survey_.OnViewersEnded(session, answer);
  }

  Sums sums() {
    return sums_.With([](const Sums& sums) { return sums; });
  }

  /// Adds what the edges of this loop said last of one stream. Any thread.
  void AddAudience(const stream::StreamPath& path, StreamStats& sum) {
    audiences_.With([&](const Audiences& audiences) {
      for (const auto& [session, by_path] : audiences) {
        if (const auto found = by_path.find(path); found != by_path.end()) Add(found->second, sum);
      }
    });
  }

 private:
  using Audiences = std::map<const ServerSession*, std::map<stream::StreamPath, StreamStats>>;

  static int64_t ViewersOf(const StreamStats& stats) {
    int64_t viewers = 0;
    for (const StreamStats::Protocol& protocol : stats.protocols)
      viewers += protocol.viewers;
    return viewers;
  }

  static void Add(const StreamStats& stats, StreamStats& sum) {
    for (const StreamStats::Protocol& protocol : stats.protocols) {
      const auto same =
          std::find_if(sum.protocols.begin(), sum.protocols.end(),
                       [&protocol](const auto& one) { return one.name == protocol.name; });
      if (same == sum.protocols.end()) {
        sum.protocols.push_back(protocol);
      } else {
        same->viewers += protocol.viewers;
        same->bytes_out += protocol.bytes_out;
      }
    }
  }

  static void AddSent(Sums& sums, const ServerSession& session) {
    const ServerSession::Stats stats = session.stats();
    sums.bytes_sent += stats.bytes_sent;
    sums.frames_dropped += stats.frames_dropped;
    sums.gaps += stats.gaps;
  }

  void Count() {
    Sums sums = ended_;
    sums.edges = sessions_.size();
    for (const ServerSession* session : sessions_) {
      const ServerSession::Stats stats = session->stats();
      sums.subscriptions += stats.channels;
      sums.queued_bytes += stats.queued_bytes;
      AddSent(sums, *session);
    }
    sums.viewers = audiences_.With([](const Audiences& audiences) {
      int64_t viewers = 0;
      for (const auto& [session, by_path] : audiences) {
        for (const auto& [path, stats] : by_path)
          viewers += ViewersOf(stats);
      }
      return viewers;
    });
    sums_.With([&](Sums& shared) { shared = sums; });
    timer_.Start(kCountEvery);
  }

  ViewerSurvey::Part& survey_;
  std::set<ServerSession*> sessions_;
  Guarded<Audiences> audiences_;
  Sums ended_;
  Guarded<Sums> sums_;  // written by Count, read by any thread
  net::Timer timer_;
};

}  // namespace

/// The edges of all loops.
class EgressModule::Census {
 public:
  Census(net::LoopGroup& loops, ViewerSurvey& viewers) {
    for (size_t i = 0; i < loops.size(); ++i)
      by_loop_.push_back(std::make_unique<LoopCensus>(loops.at(i), viewers.part(i)));
  }

  EgressObserver& of(size_t loop) { return *by_loop_.at(loop); }

  StreamStats AudienceOf(const stream::StreamPath& path) const {
    StreamStats sum;
    for (const auto& census : by_loop_)
      census->AddAudience(path, sum);
    return sum;
  }

  Sums sums() const {
    Sums all;
    for (const auto& census : by_loop_) {
      const Sums one = census->sums();
      all.edges += one.edges;
      all.subscriptions += one.subscriptions;
      all.queued_bytes += one.queued_bytes;
      all.viewers += one.viewers;
      all.bytes_sent += one.bytes_sent;
      all.frames_dropped += one.frames_dropped;
      all.gaps += one.gaps;
    }
    return all;
  }

 private:
  std::vector<std::unique_ptr<LoopCensus>> by_loop_;
};

EgressModule::EgressModule() = default;
EgressModule::~EgressModule() = default;

Status EgressModule::Configure(const config::Node& server, const service::VirtualHosts& hosts) {
  Result<service::Bind> bind = service::ReadBind(server, "Publishers/OVT", kPort);
  if (!bind) return tl::unexpected(bind.error());
  bind_ = std::move(*bind);
  for (const service::VirtualHost& host : hosts.list()) {
    for (const service::Application& application : host.applications)
      (void)application.Publisher("OVT");  // asked for now, so that it is not reported as unused
  }
  if (const config::Node* node = server.Find("Weir/Relay")) {
    Result<Options> options = ReadOptions(*node);
    if (!options) return tl::unexpected(options.error());
    options_ = std::move(*options);
    if (const config::Node* tls = node->Child("TLS")) {
      Result<service::TlsPaths> paths = service::ReadTlsPaths(*tls);
      if (!paths) return tl::unexpected(paths.error());
      tls_paths_ = std::move(*paths);
    }
  }
  return {};
}

Status EgressModule::Start(const service::ModuleContext& context) {
  if (!bind_.port) return {};
  if (tls_paths_) {
    tls_ = std::make_unique<net::TlsServerContext>(
        net::TlsServerOptions{.certificate_file = tls_paths_->certificate,
                              .key_file = tls_paths_->key,
                              .chain_file = tls_paths_->chain,
                              .alpn = {}});
    if (Status loaded = tls_->Load(); !loaded) return loaded;
  }
  viewers_ = std::make_unique<ViewerSurvey>(context.loops);
  census_ = std::make_unique<Census>(context.loops, *viewers_);
  net::ListenOptions listen{.port = *bind_.port,
                            .component = "relay",
                            .unsent_max = UnsentMax(options_),
                            .tls = tls_.get()};
  context.listen_rules.Apply(service::ListenRules::kRelay, listen);
  listeners_ = std::make_unique<service::Listeners>(
      context.loops, bind_.addresses, std::move(listen), [&](size_t loop) {
        return MakeServerFactory(
            {.registry = context.streams,
             .loop = context.loops.at(loop),
             .options = options_,
             .observer = census_->of(loop),
             .offers = [&hosts = context.hosts](const stream::StreamPath& path) {
               return IsRelayed(hosts, path);
             }});
      });
  return listeners_->Listen();
}

StreamStats EgressModule::AudienceOf(const stream::StreamPath& path) const {
  return census_ == nullptr ? StreamStats{} : census_->AudienceOf(path);
}

void EgressModule::StopAccepting() {
  if (listeners_ != nullptr) listeners_->StopAccepting();
}

Status EgressModule::Reload() {
  return tls_ == nullptr ? Status() : tls_->Load();
}

std::vector<service::Measure> EgressModule::Measures() const {
  using Kind = service::Measure::Kind;
  if (census_ == nullptr) return {};
  const Sums sums = census_->sums();
  return {
      {"weir_relay_edges", "Edges connected.", Kind::kGauge, static_cast<double>(sums.edges)},
      {"weir_relay_subscriptions", "Streams subscribed by edges, summed over edges.", Kind::kGauge,
       static_cast<double>(sums.subscriptions)},
      {"weir_relay_queued_bytes", "Bytes that wait for slow edges.", Kind::kGauge,
       static_cast<double>(sums.queued_bytes)},
      {"weir_relay_viewers", "Viewers, as the edges report them.", Kind::kGauge,
       static_cast<double>(sums.viewers)},
      {"weir_relay_bytes_sent_total", "Payload bytes sent to edges.", Kind::kCounter,
       static_cast<double>(sums.bytes_sent)},
      {"weir_relay_frames_dropped_total", "Frames that slow edges did not get.", Kind::kCounter,
       static_cast<double>(sums.frames_dropped)},
      {"weir_relay_gaps_total", "Times an edge was told that frames are missing.", Kind::kCounter,
       static_cast<double>(sums.gaps)},
  };
}

}  // namespace weir::relay

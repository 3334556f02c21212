#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/line_file.h"
#include "base/result.h"
#include "edge/serve/access_log.h"
#include "edge/serve/front.h"
#include "edge/serve/openings.h"
#include "edge/serve/pull_source.h"
#include "edge/serve/serve_options.h"
#include "edge/serve/viewer_gate.h"
#include "edge/serve/viewer_watch.h"
#include "edge/viewers/viewer_book.h"
#include "edge/viewers/viewer_table.h"
#include "hooks/hook_caller.h"
#include "hooks/hook_options.h"
#include "http/drain.h"
#include "http/router.h"
#include "net/loop_group.h"
#include "net/timer.h"
#include "net/tls_context.h"
#include "protocols/hls/routes.h"
#include "service/bind.h"
#include "service/host_book.h"
#include "service/listen_rules.h"
#include "service/listeners.h"

namespace weir::edge {

/// What viewers talk to, over HTTP and, where there are certificates, HTTPS with HTTP/2: the player
/// page at "/", and the streams below it.
class HttpService {
 public:
  /// Who may watch.
  struct Access {
    const service::AccessByHost& rules;
    const service::HostBook& book;               ///< The same rules.
    const net::TlsClientContext* tls = nullptr;  ///< For control servers; null: none by https.
  };

  /// Who watches.
  struct Viewers {
    ViewerBook& book;
    const hooks::WcsOptions& hooks;
    const net::TlsClientContext* tls = nullptr;  ///< For backends; null: none by https.
  };

  /// References outlive it, and so does `tls`. `bind.port` is set; where there is a `tls`, so is
  /// `bind.tls_port`.
  HttpService(net::LoopGroup& loops, const service::Bind& bind, const net::TlsServerContext* tls,
              const service::ListenRules& rules, const FrontOptions& front,
              const ServeOptions& options, const Access& access, const service::VirtualHosts& hosts,
              Puller& puller, PulledStreams& streams, const Viewers& viewers);

  Status Listen();

  /// Begins a new access log, where somebody has moved the old one away. Any thread.
  void Reload();

  /// Lines of the access log that were dropped. Any thread.
  uint64_t dropped_log_lines() const;

  /// Requests that the access rules refused. Any thread.
  uint64_t Refused() const;

  /// Over all loops, by RequestCounts::kNames. Any thread.
  std::array<uint64_t, hls::RequestCounts::kKinds> Requests() const;

  /// Viewers whom a backend did not let in. Any thread.
  uint64_t RefusedByBackends() const;

  /// Tells control servers that all whom they let in have left; `done` is called on some loop when
  /// they know, or have had their time. Any thread.
  void TellClosings(const std::function<void()>& done);

  /// Takes no more connections, and says so to those that are open. Any thread.
  void StopAccepting();

 private:
  /// What one loop answers with.
  struct Desk {
    Desk(net::EventLoop& event_loop, const service::Bind& bind, const FrontOptions& front,
         LineFile* log_file, const ServeOptions& options, const Access& access,
         const service::VirtualHosts& hosts, Puller& puller, PulledStreams& streams,
         const Viewers& viewers);

    void OnTimer();

    AccessLog log;
    ViewerTable table;
    PullSource source;
    hls::Routes routes;
    service::AccessControl control;
    Openings openings;
    hooks::HookCaller caller;
    ViewerWatch watch;
    ViewerGate gate;
    http::Router router;
    Front front;
    http::Drain drain;
    net::SessionFactory factory;
    net::EventLoop& loop;
    net::Timer timer;
  };

  net::LoopGroup& loops_;
  std::unique_ptr<LineFile> log_file_;  // null where no access log is kept
  std::vector<std::unique_ptr<Desk>> desks_;
  std::vector<std::unique_ptr<service::Listeners>> listeners_;  // of each port
};

}  // namespace weir::edge

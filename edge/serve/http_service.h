#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/line_file.h"
#include "base/result.h"
#include "edge/serve/access_log.h"
#include "edge/serve/front.h"
#include "edge/serve/pull_source.h"
#include "edge/serve/viewer_gate.h"
#include "http/router.h"
#include "net/loop_group.h"
#include "protocols/hls/routes.h"
#include "service/bind.h"
#include "service/listen_rules.h"
#include "service/listeners.h"

namespace weir::edge {

/// What viewers talk to: the player page at "/", and the streams below it.
class HttpService {
 public:
  /// Who may watch.
  struct Access {
    const service::AccessByHost& rules;
    const net::TlsClientContext* tls = nullptr;  ///< For control servers; null: none by https.
  };

  /// References outlive it. `bind.port` is set.
  HttpService(net::LoopGroup& loops, const service::Bind& bind, const service::ListenRules& rules,
              const FrontOptions& front, const hls::Options& options, const Access& access,
              const service::VirtualHosts& hosts, Puller& puller, PulledStreams& streams);

  Status Listen();

  /// Begins a new access log, where somebody has moved the old one away. Any thread.
  void Reload();

  /// Lines of the access log that were dropped. Any thread.
  uint64_t dropped_log_lines() const;

  /// Over all loops, by RequestCounts::kNames. Any thread.
  std::array<uint64_t, hls::RequestCounts::kKinds> Requests() const;

  void StopAccepting() { listeners_.StopAccepting(); }

 private:
  /// What one loop answers with.
  struct Desk {
    Desk(net::EventLoop& loop, const service::Bind& bind, const FrontOptions& front,
         LineFile* log_file, const hls::Options& options, const Access& access,
         const service::VirtualHosts& hosts, Puller& puller, PulledStreams& streams);

    AccessLog log;
    PullSource source;
    hls::Routes routes;
    service::AccessControl control;
    ViewerGate gate;
    http::Router router;
    Front front;
  };

  std::unique_ptr<LineFile> log_file_;  // null where no access log is kept
  std::vector<std::unique_ptr<Desk>> desks_;
  service::Listeners listeners_;
};

}  // namespace weir::edge

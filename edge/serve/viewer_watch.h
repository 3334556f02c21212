#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "edge/serve/admitted_handler.h"
#include "edge/serve/serve_options.h"
#include "edge/viewers/viewer_key.h"
#include "edge/viewers/viewer_table.h"
#include "hooks/hook_caller.h"
#include "hooks/hook_options.h"
#include "http/message.h"
#include "net/event_loop.h"
#include "net/timer.h"
#include "service/access/access_control.h"
#include "service/virtual_hosts.h"
#include "stream/stream_path.h"

namespace weir::edge {

/// Knows one loop's viewers by their requests for streams: counts what they get, and refuses those
/// who were ended. Where an application's backend wants to be asked, newcomers wait for its answer.
/// It adds nothing to any other answer, so that these stay the same for everybody.
///
/// Thread: its loop's.
class ViewerWatch final : public AdmittedHandler {
 public:
  /// Who is asked before somebody plays.
  struct Hooks {
    const hooks::WcsOptions& options;
    hooks::HookCaller& caller;  ///< Of the same loop.
  };

  /// All arguments outlive it; `loop` and `table` the requests that `next` holds, too.
  ViewerWatch(net::EventLoop& loop, const service::VirtualHosts& hosts, const ServeOptions& options,
              const Hooks& hooks, ViewerTable& table, http::Handler& next);

  void OnAdmitted(http::Request request, std::string_view token,
                  std::unique_ptr<http::Responder> responder) override;

  /// Viewers so far whom a backend did not let in. Any thread.
  uint64_t refused() const { return refusals_.total(); }

 private:
  class Counter;
  class Opener;

  struct Newcomer {
    http::Request request;
    std::unique_ptr<http::Responder> responder;
  };

  void OnTimer();
  void Open(http::Request request, KeptViewerKey kept, std::unique_ptr<http::Responder> responder);
  void OnAsked(const KeptViewerKey& key, const std::string& id, const Status& may);
  void LetOn(KeptViewerKey key, std::string id, Newcomer newcomer);
  void Refuse(const http::Request& request, const stream::StreamPath& path,
              http::Responder& responder) const;

  net::EventLoop& loop_;
  const service::VirtualHosts& hosts_;
  const ServeOptions& options_;
  const Hooks hooks_;
  ViewerTable& table_;
  http::Handler& next_;
  net::Timer timer_;
  std::map<KeptViewerKey, std::vector<Newcomer>> asking_;
  size_t waiting_ = 0;  // in `asking_`
  service::RefusalLog refusals_;
  // Held weakly by what the caller may call after our end.
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace weir::edge

#pragma once

#include <memory>
#include <string_view>

#include "edge/serve/admitted_handler.h"
#include "edge/serve/serve_options.h"
#include "edge/viewers/viewer.h"
#include "edge/viewers/viewer_table.h"
#include "http/message.h"
#include "net/event_loop.h"
#include "net/timer.h"
#include "service/virtual_hosts.h"

namespace weir::edge {

/// Knows one loop's viewers by their requests for streams: counts what they get, and refuses those
/// who were ended. It adds nothing to any other answer, so that these stay the same for everybody.
///
/// Thread: its loop's.
class ViewerWatch final : public AdmittedHandler {
 public:
  /// All arguments outlive it; `loop` and `table` the requests that `next` holds, too.
  ViewerWatch(net::EventLoop& loop, const service::VirtualHosts& hosts, const ServeOptions& options,
              ViewerTable& table, http::Handler& next);

  void OnAdmitted(http::Request request, std::string_view token,
                  std::unique_ptr<http::Responder> responder) override;

 private:
  class Counter;
  class Opener;

  void OnTimer();
  void Refuse(const http::Request& request, const Viewer& viewer, http::Responder& responder) const;

  net::EventLoop& loop_;
  const service::VirtualHosts& hosts_;
  const ServeOptions& options_;
  ViewerTable& table_;
  http::Handler& next_;
  net::Timer timer_;
};

}  // namespace weir::edge

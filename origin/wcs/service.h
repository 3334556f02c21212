#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hooks/hook_caller.h"
#include "hooks/hook_options.h"
#include "hooks/stream_hooks.h"
#include "net/loop_group.h"
#include "net/tls_context.h"
#include "origin/api/routes.h"
#include "origin/wcs/publisher_book.h"
#include "origin/wcs/publisher_gate.h"
#include "origin/wcs/rest_methods.h"
#include "origin/wcs/stream_desk.h"
#include "protocols/relay/viewer_survey.h"
#include "service/publish_gate.h"

namespace weir::wcs {

/// What Flashphoner's WCS offers operators, as the origin has it: the REST API below /rest-api, and
/// hooks.
///
/// Thread: made and destroyed while the loops stand still; the first loop is the control loop.
class Service {
 public:
  struct Surroundings {
    net::LoopGroup& loops;
    const net::TlsClientContext* tls = nullptr;  ///< Null where no backend is called by https.
    std::function<service::PublishGate&(size_t loop)> gate;  ///< What is behind the gates here.
    std::function<std::string(std::string_view host)> vhost_of;
  };

  /// All that is referred to outlives it.
  Service(const hooks::WcsOptions& options, const Surroundings& surroundings);
  ~Service();

  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  service::PublishGate& gate(size_t loop) { return *gates_.at(loop); }

  /// Publishers so far whom a backend did not let in. Any thread.
  uint64_t Refused() const;

  /// Asked about viewers from then on; null: there are no edges. Before the loops start.
  void SetEdges(relay::ViewerSurvey* edges);

  /// `pushes` and `pulls` may be null. Once.
  void AddTo(api::Routes& routes, Pushes* pushes, Pulls* pulls);

  Publishers& publishers() { return book_; }

 private:
  class EdgeViewers;

  const hooks::WcsOptions& options_;
  std::vector<std::unique_ptr<hooks::HookCaller>> callers_;  // one per loop, ...
  PublisherBook book_;
  std::unique_ptr<EdgeViewers> viewers_;
  StreamDesk desk_;
  std::unique_ptr<hooks::StreamHooks> hooks_;
  std::vector<std::unique_ptr<PublisherGate>> gates_;  // ... like these
  std::unique_ptr<RestMethods> methods_;
};

}  // namespace weir::wcs

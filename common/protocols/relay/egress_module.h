#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "net/tls_context.h"
#include "protocols/relay/egress.h"
#include "protocols/relay/viewer_survey.h"
#include "service/bind.h"
#include "service/listeners.h"
#include "service/module.h"
#include "service/tls_paths.h"

namespace weir::relay {

/// The relay's serving side in a program: <Bind><Publishers><OVT> and <Weir><Relay>. With a <TLS>
/// in the latter its port speaks TLS.
class EgressModule final : public service::Module {
 public:
  EgressModule();
  ~EgressModule() override;

  std::string_view name() const override { return "relay"; }

  Status Configure(const config::Node& server, const service::VirtualHosts& hosts) override;
  Status Start(const service::ModuleContext& context) override;
  void StopAccepting() override;
  Status Reload() override;
  std::vector<service::Measure> Measures() const override;

  /// Who watches a stream, as its edges said last. Any thread, after Start.
  StreamStats AudienceOf(const stream::StreamPath& path) const;

  /// Null before Start, and where no edges are served. Goes with the module.
  ViewerSurvey* viewers() { return viewers_.get(); }

 private:
  class Census;

  service::Bind bind_;
  Options options_;
  std::optional<service::TlsPaths> tls_paths_;
  std::unique_ptr<net::TlsServerContext> tls_;
  std::unique_ptr<ViewerSurvey> viewers_;
  std::unique_ptr<Census> census_;
  std::unique_ptr<service::Listeners> listeners_;
};

}  // namespace weir::relay

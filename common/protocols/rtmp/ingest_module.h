#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "net/tls_context.h"
#include "protocols/rtmp/options.h"
#include "protocols/rtmp/random_source.h"
#include "protocols/rtmp/server_session.h"
#include "service/bind.h"
#include "service/listeners.h"
#include "service/module.h"

namespace weir::rtmp {

/// RTMP ingest in a program: <Bind><Providers><RTMP>, with RTMPS on its <TLSPort>, and the
/// <Providers><RTMP> of the applications.
class IngestModule final : public service::Module {
 public:
  IngestModule();
  ~IngestModule() override;

  std::string_view name() const override { return "rtmp"; }

  Status Configure(const config::Node& server, const service::VirtualHosts& hosts) override;
  Status Start(const service::ModuleContext& context) override;
  void StopAccepting() override;
  Status Reload() override;
  std::vector<service::Measure> Measures() const override;

 private:
  Status StartSecure(const service::ModuleContext& context,
                     const service::Listeners::MakeFactory& make_factory);

  service::Bind bind_;
  Options options_;
  RandomSource random_;
  std::vector<ServerContext> contexts_;  // one per loop, for its sessions
  std::atomic<uint64_t> connections_{0};
  std::unique_ptr<net::TlsServerContext> tls_;
  std::unique_ptr<service::Listeners> listeners_;
  std::unique_ptr<service::Listeners> secure_listeners_;
};

}  // namespace weir::rtmp

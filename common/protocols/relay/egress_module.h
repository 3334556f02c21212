#pragma once

#include <memory>
#include <vector>

#include "protocols/relay/egress.h"
#include "service/bind.h"
#include "service/listeners.h"
#include "service/module.h"

namespace weir::relay {

/// The relay's serving side in a program: <Bind><Publishers><OVT> and <Weir><Relay>.
class EgressModule final : public service::Module {
 public:
  EgressModule();
  ~EgressModule() override;

  std::string_view name() const override { return "relay"; }

  Status Configure(const config::Node& server) override;
  Status Start(const service::ModuleContext& context) override;
  void StopAccepting() override;
  std::vector<service::Measure> Measures() const override;

 private:
  class Census;

  service::Bind bind_;
  Options options_;
  std::unique_ptr<Census> census_;
  std::unique_ptr<service::Listeners> listeners_;
};

}  // namespace weir::relay

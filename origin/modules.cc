#include "origin/modules.h"

#include <utility>

#include "protocols/rtmp/ingest_module.h"

namespace weir::origin {

Modules OriginModules() {
  auto relay = std::make_unique<relay::EgressModule>();
  Modules modules{.all = {}, .relay = relay.get()};
  modules.all.push_back(std::move(relay));
  modules.all.push_back(std::make_unique<rtmp::IngestModule>());
  return modules;
}

}  // namespace weir::origin

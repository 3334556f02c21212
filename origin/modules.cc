#include "origin/modules.h"

#include "protocols/relay/egress_module.h"
#include "protocols/rtmp/ingest_module.h"

namespace weir::origin {

std::vector<std::unique_ptr<service::Module>> OriginModules() {
  std::vector<std::unique_ptr<service::Module>> modules;
  modules.push_back(std::make_unique<relay::EgressModule>());
  modules.push_back(std::make_unique<rtmp::IngestModule>());
  return modules;
}

}  // namespace weir::origin

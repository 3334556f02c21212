#include "origin/apps/storage_options.h"

namespace weir::origin {

Result<bool> ReadStorageEnabled(const config::Node& server) {
  const config::Node* storage = server.Find("Managers/API/Storage");
  if (storage == nullptr) return true;
  return storage->Flag("Enabled", true);
}

}  // namespace weir::origin

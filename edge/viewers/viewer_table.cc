#include "edge/viewers/viewer_table.h"

#include <utility>

namespace weir::edge {

ViewerPtr ViewerTable::Find(const ViewerKey& key) {
  const auto known = viewers_.find(key);
  if (known != viewers_.end() && !known->second->gone()) return known->second;
  ViewerPtr viewer = book_.Find(key);
  return viewer == nullptr ? nullptr : Keep(std::move(viewer));
}

ViewerPtr ViewerTable::Open(const ViewerKey& key, Clock::time_point now, UtcTime utc,
                            const std::string& id) {
  return Keep(book_.Open(key, now, utc, id));
}

ViewerPtr ViewerTable::Keep(ViewerPtr viewer) {
  // The old one, if any, takes its key with it.
  viewers_.erase(viewer->key());
  const ViewerKey key = viewer->key();
  return viewers_.emplace(key, std::move(viewer)).first->second;
}

void ViewerTable::Sweep() {
  std::erase_if(viewers_, [](const auto& entry) { return entry.second->gone(); });
}

}  // namespace weir::edge

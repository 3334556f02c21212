#include "edge/viewers/viewer_table.h"

#include <algorithm>
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

void ViewerTable::Sweep(size_t count) {
  for (count = std::min(count, viewers_.bucket_count()); count > 0; --count) {
    const size_t bucket = ++swept_ % viewers_.bucket_count();
    for (auto next = viewers_.begin(bucket); next != viewers_.end(bucket);) {
      const ViewerPtr viewer = (next++)->second;
      if (viewer->gone()) viewers_.erase(viewer->key());
    }
  }
}

}  // namespace weir::edge

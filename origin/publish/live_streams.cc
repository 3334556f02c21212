#include "origin/publish/live_streams.h"

#include <utility>

namespace weir::origin {

void LiveStreams::Watch(Executor& loop, LiveObserver& observer) {
  watchers_.push_back({.loop = &loop, .observer = &observer});
}

LiveStreamPtr LiveStreams::Find(const stream::StreamPath& path) const {
  return streams_.With([&path](const auto& streams) -> LiveStreamPtr {
    const auto found = streams.find(path);
    return found == streams.end() ? nullptr : found->second;
  });
}

std::vector<LiveStreamPtr> LiveStreams::List(std::string_view vhost, std::string_view app) const {
  return streams_.With([vhost, app](const auto& streams) {
    std::vector<LiveStreamPtr> list;
    for (const auto& [path, stream] : streams) {
      if ((vhost.empty() || path.vhost == vhost) && (app.empty() || path.app == app))
        list.push_back(stream);
    }
    return list;
  });
}

void LiveStreams::Add(LiveStreamPtr stream) {
  streams_.With([&stream](auto& streams) { streams[stream->identity().path] = stream; });
  for (const Watcher& watcher : watchers_)
    watcher.loop->Post(
        [observer = watcher.observer, stream] { observer->OnStreamStarted(stream); });
}

void LiveStreams::Remove(const LiveStreamPtr& stream) {
  const bool was_there = streams_.With([&stream](auto& streams) {
    const auto found = streams.find(stream->identity().path);
    if (found == streams.end() || found->second != stream) return false;
    streams.erase(found);
    return true;
  });
  if (!was_there) return;
  for (const Watcher& watcher : watchers_)
    watcher.loop->Post([observer = watcher.observer, stream] { observer->OnStreamEnded(stream); });
}

}  // namespace weir::origin

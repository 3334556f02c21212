#include "origin/push/map_watch.h"

#include <chrono>
#include <utility>

#include "base/log.h"

namespace weir::push {
namespace {

constexpr std::chrono::seconds kLookEvery{1};

}  // namespace

MapWatch::MapWatch(Context context)
    : context_(std::move(context)),
      alive_(std::make_shared<const bool>(true)),
      timer_(context_.control, [this] { Look(); }) {
  timer_.Start(kLookEvery);
}

void MapWatch::Look() {
  timer_.Start(kLookEvery);
  std::erase_if(seen_, [this](const auto& entry) {
    if (context_.streams.Find(entry.first) == entry.second.stream) return false;
    Forget(entry.second);
    return true;
  });
  for (const stream::StreamPath& path : context_.streams.List()) {
    if (seen_.contains(path)) continue;
    const auto file = context_.file(path.vhost, path.app);
    const stream::StreamRef stream = context_.streams.Find(path);
    if (file && stream) Read(path, stream, *file);
  }
}

void MapWatch::Read(const stream::StreamPath& path, const stream::StreamRef& stream,
                    const std::filesystem::path& file) {
  seen_[path].stream = stream;
  context_.disk.Post(
      [this, path, stream, file, control = &context_.control, alive = std::weak_ptr(alive_)] {
        control->Post([this, path, stream, alive, entries = ReadStreamMap(file)] {
          if (alive.lock() != nullptr) OnRead(path, stream, entries);
        });
      });
}

void MapWatch::OnRead(const stream::StreamPath& path, const stream::StreamRef& stream,
                      const Result<std::vector<MapEntry>>& entries) {
  const auto seen = seen_.find(path);
  if (seen == seen_.end() || seen->second.stream != stream) return;
  if (!entries) return log::Err("push", path.text(), "{}", entries.error().detail);
  for (const MapEntry& entry : *entries) {
    if (!Matches(entry, path)) continue;
    Spec spec = SpecFor(entry, path, context_.new_id(), context_.utc());
    if (const auto fine = ReadDestination(spec.protocol, spec.url, spec.stream_key); !fine) {
      log::Err("push", path.text(), "the push map asks for what cannot be: {}",
               fine.error().detail);
      continue;
    }
    while (context_.pushes.Has(spec.key()))
      spec.id = context_.new_id();
    context_.pushes.AddMapped(spec);
    seen->second.pushes.push_back(spec.key());
  }
}

void MapWatch::Forget(const Seen& seen) {
  for (const tasks::TaskKey& key : seen.pushes)
    context_.pushes.RemoveMapped(key);
}

}  // namespace weir::push

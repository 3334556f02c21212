#include "state/watcher_list.h"

#include <utility>

namespace weir::state {

class WatcherList::Handle final : public Watch {
 public:
  Handle(std::weak_ptr<Watches> watches, uint64_t id) : watches_(std::move(watches)), id_(id) {}

  ~Handle() override {
    if (const auto watches = watches_.lock()) watches->erase(id_);
  }

  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

 private:
  std::weak_ptr<Watches> watches_;
  uint64_t id_;
};

WatcherList::WatcherList(Executor& loop) : loop_(loop), watches_(std::make_shared<Watches>()) {}

std::unique_ptr<Watch> WatcherList::Add(std::string prefix, Watcher& watcher, bool working) {
  const uint64_t id = ++last_id_;
  watches_->emplace(id, Watched{.prefix = std::move(prefix), .watcher = &watcher});
  if (working) {
    loop_.Post([weak = std::weak_ptr(watches_), id] {
      const auto watches = weak.lock();
      if (watches == nullptr) return;
      const auto watched = watches->find(id);
      if (watched == watches->end()) return;
      watched->second.started = true;
      watched->second.watcher->OnScanNeeded();
    });
  }
  return std::make_unique<Handle>(watches_, id);
}

void WatcherList::Tell(const Change& change) {
  ForEach([&](Watched& watched) {
    if (watched.started && change.key.starts_with(watched.prefix))
      watched.watcher->OnChanged(change);
  });
}

void WatcherList::TellScanNeeded() {
  ForEach([](Watched& watched) {
    watched.started = true;
    watched.watcher->OnScanNeeded();
  });
}

/// Whatever comes and goes meanwhile; `tell` uses its argument before it calls a watcher.
void WatcherList::ForEach(const std::function<void(Watched&)>& tell) {
  const std::weak_ptr weak(watches_);
  const uint64_t last = last_id_;
  for (uint64_t id = 0; const auto watches = weak.lock();) {
    const auto next = watches->upper_bound(id);
    if (next == watches->end() || next->first > last) return;
    id = next->first;
    tell(next->second);
  }
}

}  // namespace weir::state

#pragma once

#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/guarded.h"
#include "origin/publish/live_stream.h"

namespace weir::origin {

/// Told of streams that come and go, on the loop it asked for. Whoever is told of the end of one
/// may already see the next of that name.
class LiveObserver {
 public:
  virtual ~LiveObserver() = default;

  virtual void OnStreamStarted(const LiveStreamPtr& stream) = 0;
  virtual void OnStreamEnded(const LiveStreamPtr& stream) = 0;
};

/// The streams that are published at this origin, by path.
///
/// Thread: any, but Watch.
class LiveStreams {
 public:
  /// Tells `observer`, on `loop`, of all that comes from now on; it is there as long as that runs.
  /// Before the loops run.
  void Watch(Executor& loop, LiveObserver& observer);

  /// Null: there is none.
  LiveStreamPtr Find(const stream::StreamPath& path) const;

  /// By path. Those of an application, of a virtual host, or all where these are empty.
  std::vector<LiveStreamPtr> List(std::string_view vhost = {}, std::string_view app = {}) const;

  // The publications' own.
  void Add(LiveStreamPtr stream);
  void Remove(const LiveStreamPtr& stream);  ///< Does nothing when it is not there.

 private:
  struct Watcher {
    Executor* loop;
    LiveObserver* observer;
  };

  mutable Guarded<std::map<stream::StreamPath, LiveStreamPtr>> streams_;
  std::vector<Watcher> watchers_;
};

}  // namespace weir::origin

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "edge/viewers/viewer.h"
#include "edge/viewers/viewer_key.h"
#include "stream/stream_path.h"

namespace weir::edge {

/// Which viewers are meant.
struct ViewerChoice {
  std::set<stream::StreamPath> paths;  ///< Of these streams only.
  std::set<std::string> ids;           ///< Of them only these; empty: all of them.
};

/// All viewers of this edge, whichever loops serve them. It lets them go when they ask for nothing
/// any more, and keeps those who were ended until they may come back.
///
/// Bounded: past its bound each newcomer pushes out one viewer, of sixteen picked at random the one
/// that has been idle for longest. Pushed out means forgotten, not refused.
///
/// Thread: any. It is asked when a viewer comes to a loop, not with every request: ViewerTable.
class ViewerBook {
 public:
  struct Options {
    size_t viewers_max = 100'000;
    bool keeps_changes = false;  ///< Somebody calls TakeChanges.
  };

  /// Somebody who watches no more.
  struct Departure {
    ViewerPtr viewer;
    std::string info;  ///< Why it was ended; empty: it left.
  };

  struct Changes {
    std::vector<ViewerPtr> came;
    std::vector<Departure> went;
  };

  struct Page {
    std::vector<ViewerPtr> viewers;  ///< By id.
    std::string last;                ///< Where to go on; empty: that was all.
  };

  explicit ViewerBook(Options options) : options_(options) {}

  /// The one that asks, or null. May have been ended.
  ViewerPtr Find(const ViewerKey& key);

  /// The one that asks, made if need be: where there was none, or one whose time is over. `id` is
  /// for a new one; empty: it is made up.
  ViewerPtr Open(const ViewerKey& key, Clock::time_point now, UtcTime utc,
                 const std::string& id = {});

  /// Has the one that asks refused as if it had been ended, unless it watches.
  void Deny(const ViewerKey& key, Clock::time_point now, UtcTime utc);

  /// For how long a viewer of this stream can be silent.
  void SetPatience(const stream::StreamPath& path, Clock::duration patience);

  /// Those who watch now.
  size_t Watching(const stream::StreamPath& path);

  size_t watching() const { return watching_.load(std::memory_order_relaxed); }

  /// Some of those who watch now: `limit` at most, with ids above `after`.
  Page List(const ViewerChoice& choice, const std::string& after, size_t limit);

  /// Ends all who are meant and still watch: they are refused from now on. Returns how many.
  size_t End(const ViewerChoice& choice, const std::string& info, Clock::time_point now);

  /// Looks at the next `count` viewers: who is silent for too long has left. To be called often.
  void Sweep(Clock::time_point now, size_t count);

  /// Who came and went since the last call, of those who stayed in between.
  Changes TakeChanges();

  // Since the start.
  uint64_t ended() const { return ended_.load(std::memory_order_relaxed); }

  uint64_t pushed_out() const { return pushed_out_.load(std::memory_order_relaxed); }

 private:
  struct Books {
    std::unordered_map<ViewerKey, ViewerPtr, ViewerKeyHash> by_key;  // the keys are the viewers'
    std::map<std::string_view, Viewer*> by_id;                       // so are these
    std::map<stream::StreamPath, std::shared_ptr<Audience>> audiences;
    std::string swept_to;
    Changes changes;
  };

  ViewerPtr Make(Books& books, const ViewerKey& key, Clock::time_point now, UtcTime utc,
                 const std::string& id);
  void Leave(Books& books, Viewer& viewer);
  void StopWatching(Books& books, Viewer& viewer, const std::string& info);
  void Remove(Books& books, Viewer& viewer);
  void PushOneOut(Books& books);

  const Options options_;
  std::atomic<size_t> watching_{0};
  std::atomic<uint64_t> ended_{0};
  std::atomic<uint64_t> pushed_out_{0};
  Guarded<Books> books_;
};

}  // namespace weir::edge

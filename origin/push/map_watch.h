#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "net/timer.h"
#include "origin/push/pushes.h"
#include "origin/push/stream_map.h"
#include "stream/registry.h"

namespace weir::push {

/// Makes the pushes of stream maps: reads an application's map whenever one of its streams comes,
/// and ends its pushes when that goes.
///
/// Thread: the control loop's.
class MapWatch {
 public:
  struct Context {
    net::EventLoop& control;
    Executor& disk;  ///< Where files are read.
    const stream::Registry& streams;
    Pushes& pushes;
    std::function<UtcTime()> utc;
    std::function<std::string()> new_id;
    /// The application's map; nothing where it has none.
    std::function<std::optional<std::filesystem::path>(std::string_view vhost,
                                                       std::string_view app)>
        file;
  };

  explicit MapWatch(Context context);

  MapWatch(const MapWatch&) = delete;
  MapWatch& operator=(const MapWatch&) = delete;

 private:
  /// A stream whose map was read, or is.
  struct Seen {
    stream::StreamRef stream;
    std::vector<tasks::TaskKey> pushes{};
  };

  void Look();
  void Read(const stream::StreamPath& path, const stream::StreamRef& stream,
            const std::filesystem::path& file);
  void OnRead(const stream::StreamPath& path, const stream::StreamRef& stream,
              const Result<std::vector<MapEntry>>& entries);
  void Forget(const Seen& seen);

  const Context context_;
  std::map<stream::StreamPath, Seen> seen_;
  const std::shared_ptr<const bool> alive_;  // Known weakly to what is under way.
  net::Timer timer_;
};

}  // namespace weir::push

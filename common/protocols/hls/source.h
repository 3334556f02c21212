#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "protocols/hls/feed.h"
#include "protocols/hls/options.h"
#include "stream/stream_path.h"

namespace weir::hls {

/// Where Routes gets its streams from; at an edge it pulls them.
///
/// Thread: one per loop.
class Source {
 public:
  virtual ~Source() = default;

  /// What a URL's host, application and stream mean here. kNotFound when there is no such virtual
  /// host or application; whether the stream is live is Open's business.
  virtual Result<stream::StreamPath> PathOf(std::string_view host, std::string_view app,
                                            std::string_view name) = 0;

  /// How the path's application is served. The result outlives the source's users.
  virtual const Options& OptionsOf(const stream::StreamPath& path) = 0;

  /// Calls `ready` once, on this loop, perhaps inside the call, within a time that the callee
  /// bounds. kNotFound: not live, may come. kRefused: not allowed. kUnavailable: overloaded,
  /// draining, or the origin cannot be reached.
  virtual void Open(const stream::StreamPath& path, std::string_view query,
                    std::function<void(Result<FeedRef>)> ready) = 0;
};

}  // namespace weir::hls

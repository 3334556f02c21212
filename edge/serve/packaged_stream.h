#pragma once

#include <memory>

#include "base/executor.h"
#include "protocols/hls/feed.h"
#include "protocols/hls/packager.h"
#include "stream/stream.h"
#include "stream/subscription.h"

namespace weir::edge {

/// One pulled stream, packaged once for all viewers of this edge.
///
/// Thread: the stream's loop.
class PackagedStream {
 public:
  /// `stream` outlives it.
  PackagedStream(stream::Stream& stream, Executor& loop);

  hls::FeedRef feed() const { return feed_.ref(); }

  hls::FeedUsage usage() const { return feed_.usage(); }

 private:
  hls::Feed feed_;
  hls::Packager packager_;
  std::unique_ptr<stream::Subscription> subscription_;
};

}  // namespace weir::edge

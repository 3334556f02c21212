#pragma once

#include <memory>

#include "base/executor.h"
#include "protocols/hls/feed.h"
#include "protocols/hls/packager.h"
#include "protocols/hls/ts_packager.h"
#include "stream/stream.h"
#include "stream/subscription.h"

namespace weir::edge {

/// One pulled stream, packaged once for all viewers of this edge.
///
/// Thread: the stream's loop.
class PackagedStream {
 public:
  /// `stream` and `loop` outlive it. `ts_worker` does too; null: no MPEG-TS is offered.
  PackagedStream(stream::Stream& stream, Executor& loop, Executor* ts_worker);
  ~PackagedStream();

  PackagedStream(const PackagedStream&) = delete;
  PackagedStream& operator=(const PackagedStream&) = delete;

  hls::FeedRef feed() const { return feed_.ref(); }

  hls::FeedUsage usage() const { return feed_.usage(); }

 private:
  hls::PublishedSink& Head();

  hls::Feed feed_;
  std::unique_ptr<hls::TsPackager> ts_;  ///< Null: not offered.
  hls::Packager packager_;
  std::unique_ptr<stream::Subscription> subscription_;
};

}  // namespace weir::edge

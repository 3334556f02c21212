#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/executor.h"
#include "edge/dvr/dvr_recorder.h"
#include "edge/dvr/dvr_store.h"
#include "protocols/hls/feed.h"
#include "protocols/hls/packager.h"
#include "protocols/hls/ts_packager.h"
#include "stream/stream.h"
#include "stream/subscription.h"

namespace weir::edge {

/// What is offered of a stream beside low-latency HLS. All that is pointed to outlives it.
struct PackagedExtras {
  Executor* ts_worker = nullptr;      ///< Null: no MPEG-TS.
  DvrStore* dvr = nullptr;            ///< Null: no rewinding.
  Executor* rewind_worker = nullptr;  ///< Prints playlists; set where `dvr` is.
  std::chrono::seconds dvr_length{0};
};

/// One pulled stream, packaged once for all viewers of this edge.
///
/// Thread: the stream's loop.
class PackagedStream {
 public:
  /// `stream` and `loop` outlive it.
  PackagedStream(stream::Stream& stream, Executor& loop, const PackagedExtras& extras);
  ~PackagedStream();

  PackagedStream(const PackagedStream&) = delete;
  PackagedStream& operator=(const PackagedStream&) = delete;

  hls::FeedRef feed() const { return feed_.ref(); }

  hls::FeedUsage usage() const { return feed_.usage(); }

 private:
  std::unique_ptr<DvrRecorder> MakeRecorder(const std::string& path, Executor& loop,
                                            const PackagedExtras& extras);
  std::unique_ptr<hls::TsPackager> MakeTs(const std::string& path, Executor& loop,
                                          const PackagedExtras& extras);

  /// Sends each demand to whom it is for.
  class Demands final : public hls::DemandSource {
   public:
    void Set(hls::DemandSource* dvr, hls::DemandSource* ts) {
      dvr_ = dvr;
      ts_ = ts;
    }

    void OnDemand(const hls::Demand& demand, Done done) override;

   private:
    hls::DemandSource* dvr_ = nullptr;
    hls::DemandSource* ts_ = nullptr;
  };

  // What one publishes goes to the one above it; either may be null.
  hls::Feed feed_;
  std::unique_ptr<DvrRecorder> dvr_;
  std::unique_ptr<hls::TsPackager> ts_;
  Demands demands_;
  hls::Packager packager_;
  std::unique_ptr<stream::Subscription> subscription_;
};

}  // namespace weir::edge

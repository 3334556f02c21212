#pragma once

#include <map>
#include <memory>
#include <vector>

#include "base/guarded.h"
#include "base/worker_thread.h"
#include "edge/pull/puller.h"
#include "edge/serve/packaged_stream.h"
#include "edge/viewers/viewer_book.h"
#include "net/loop_group.h"
#include "protocols/hls/feed.h"
#include "service/virtual_hosts.h"

namespace weir::edge {

/// Packages every stream the Puller opens, and tells the sources of all loops where to find it.
///
/// Thread: PullObserver's calls come on each stream's own loop; FeedOf from any thread.
class PulledStreams final : public PullObserver {
 public:
  /// All outlive it; `dvr` may be null: nobody rewinds.
  PulledStreams(net::LoopGroup& loops, const service::VirtualHosts& hosts, ViewerBook& viewers,
                DvrStore* dvr);

  /// An empty ref when there is no such stream.
  hls::FeedRef FeedOf(const stream::StreamPath& path);

  /// Sent of all streams, as of the last report. Any thread.
  int64_t BytesOut();
  size_t size();

  void OnOpened(stream::Stream& stream) override;
  void OnClosed(const stream::StreamPath& path) override;
  void OnControl(const stream::StreamPath& path, const relay::ControlMessage& message) override;
  relay::StreamStats OnUsage(const stream::StreamPath& path) override;

 private:
  using ByPath = std::map<stream::StreamPath, std::unique_ptr<PackagedStream>>;

  /// What other threads may see of a stream.
  struct Entry {
    size_t loop = 0;
    hls::FeedRef feed;
    int64_t bytes_out = 0;
  };

  PackagedExtras ExtrasOf(const stream::StreamPath& path);

  net::LoopGroup& loops_;
  const service::VirtualHosts& hosts_;
  ViewerBook& viewers_;
  DvrStore* const dvr_;
  WorkerThread worker_;          // puts segments into MPEG-TS and prints long playlists, when asked
  std::vector<ByPath> streams_;  // one per loop, touched by that loop alone
  Guarded<std::map<stream::StreamPath, Entry>> entries_;
};

}  // namespace weir::edge

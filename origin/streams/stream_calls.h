#pragma once

#include <functional>

#include "base/result.h"
#include "origin/api/routes.h"
#include "origin/publish/live_streams.h"
#include "origin/streams/stats_book.h"
#include "service/host_book.h"
#include "stream/stream_path.h"

namespace weir::streams {

/// The API's calls about streams and statistics.
///
/// Thread: the control loop.
class StreamCalls {
 public:
  /// Ends what has that name, soon: `live`, which may be null, and what would bring it back.
  /// `ended` is called once, on the control loop. kNotFound: there is neither.
  using End = std::function<void(const stream::StreamPath& path, const origin::LiveStreamPtr& live,
                                 std::function<void(Status)> ended)>;

  /// References outlive it.
  StreamCalls(const service::HostBook& book, const origin::LiveStreams& live, StatsBook& stats,
              End end);

  /// The calls refer to this.
  void AddTo(api::Routes& routes);

 private:
  /// Finds what a call names, or answers it.
  bool HasApplication(const api::Call& call, const api::Reply& reply) const;
  origin::LiveStreamPtr Stream(const api::Call& call, const api::Reply& reply) const;
  void EndStream(const api::Call& call, const api::Reply& reply) const;

  void AddStreams(api::Routes& routes);
  void AddStatistics(api::Routes& routes);

  const service::HostBook& book_;
  const origin::LiveStreams& live_;
  StatsBook& stats_;
  const End end_;
};

}  // namespace weir::streams

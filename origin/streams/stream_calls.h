#pragma once

#include <functional>

#include "origin/api/routes.h"
#include "origin/publish/live_streams.h"
#include "origin/streams/stats_book.h"
#include "service/host_book.h"

namespace weir::streams {

/// The API's calls about streams and statistics.
///
/// Thread: the control loop.
class StreamCalls {
 public:
  /// Ends a publication, soon.
  using End = std::function<void(const origin::LiveStream&)>;

  /// References outlive it.
  StreamCalls(const service::HostBook& book, const origin::LiveStreams& live, StatsBook& stats,
              End end);

  /// The calls refer to this.
  void AddTo(api::Routes& routes);

 private:
  /// Finds what a call names, or answers it.
  bool HasApplication(const api::Call& call, const api::Reply& reply) const;
  origin::LiveStreamPtr Stream(const api::Call& call, const api::Reply& reply) const;

  void AddStreams(api::Routes& routes);
  void AddStatistics(api::Routes& routes);

  const service::HostBook& book_;
  const origin::LiveStreams& live_;
  StatsBook& stats_;
  const End end_;
};

}  // namespace weir::streams

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "net/event_loop.h"
#include "net/timer.h"
#include "origin/publish/live_streams.h"
#include "origin/streams/metrics.h"

namespace weir::streams {

/// Who takes a stream from this origin, at the moment.
struct Audience {
  Metrics::Connections viewers{};  ///< By OvenMediaEngine's name of the publisher: "llhls".
  uint64_t bytes_out = 0;          ///< Since the stream came; may fall when an edge leaves.
};

/// Keeps the statistics of the server, its virtual hosts, applications and streams, each second.
///
/// Thread: its loop's.
class StatsBook {
 public:
  using AudienceOf = std::function<Audience(const stream::StreamPath&)>;

  /// References outlive it.
  StatsBook(net::EventLoop& loop, const origin::LiveStreams& live, AudienceOf audience_of);

  StatsBook(const StatsBook&) = delete;
  StatsBook& operator=(const StatsBook&) = delete;

  // Made where there was nothing yet. Names are not checked.
  const Metrics& Server() const { return server_; }

  const Metrics& Vhost(const std::string& vhost);
  const Metrics& App(const std::string& vhost, const std::string& app);
  const Metrics& Stream(const origin::LiveStreamPtr& stream);

 private:
  struct Known {
    Metrics metrics;
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;
    bool seen = true;
  };

  void Look();
  Metrics::Step StepOf(const origin::LiveStreamPtr& stream, Known& known);
  Known& KnownOf(const origin::LiveStreamPtr& stream);

  net::EventLoop& loop_;
  const origin::LiveStreams& live_;
  const AudienceOf audience_of_;
  Clock::time_point looked_;
  Metrics server_;
  std::map<std::string, Metrics> vhosts_;
  std::map<std::pair<std::string, std::string>, Metrics> apps_;
  std::map<std::string, Known> streams_;  // by LiveStream::Identity's id
  net::Timer timer_;
};

}  // namespace weir::streams

#pragma once

#include <map>
#include <memory>
#include <random>

#include "edge/pull/pulled_stream.h"
#include "edge/pull/puller.h"
#include "net/event_loop.h"
#include "protocols/relay/link_pool.h"

namespace weir::edge {

/// One loop's part of the Puller. Thread: its loop.
class PullLoop {
 public:
  struct Asker {
    Executor& loop;
    Puller::Answer answer;
  };

  /// All arguments outlive it.
  PullLoop(net::EventLoop& loop, stream::Registry& registry, const PullerOptions& options,
           PullObserver& observer);
  ~PullLoop();

  PullLoop(const PullLoop&) = delete;
  PullLoop& operator=(const PullLoop&) = delete;

  void Acquire(const stream::StreamPath& path, const PullPlan& plan, Asker asker);
  void Touch(const stream::StreamPath& path);

 private:
  class Pull;

  void Drop(const stream::StreamPath& path);

  net::EventLoop& loop_;
  stream::Registry& registry_;
  const PullerOptions& options_;
  PullObserver& observer_;
  std::minstd_rand random_;
  relay::LinkPool links_;
  std::map<stream::StreamPath, std::unique_ptr<Pull>> pulls_;  // last: its channels use the links
};

}  // namespace weir::edge

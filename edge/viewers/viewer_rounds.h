#pragma once

#include "edge/viewers/viewer_book.h"
#include "net/event_loop.h"
#include "net/timer.h"

namespace weir::edge {

/// Sees to it that viewers who have left go from the book. Thread: its loop's.
class ViewerRounds {
 public:
  /// Both outlive it.
  ViewerRounds(net::EventLoop& loop, ViewerBook& book);

 private:
  void OnTimer();

  net::EventLoop& loop_;
  ViewerBook& book_;
  net::Timer timer_;
};

}  // namespace weir::edge

#pragma once

#include <functional>

#include "edge/viewers/viewer_book.h"
#include "net/event_loop.h"
#include "net/timer.h"

namespace weir::edge {

/// Sees to it that viewers who have left go from the book, and passes on who came and went.
///
/// Thread: its loop's.
class ViewerRounds {
 public:
  using OnChanges = std::function<void(const ViewerBook::Changes&)>;

  /// `loop` and `book` outlive it. `on_changes` may be empty.
  ViewerRounds(net::EventLoop& loop, ViewerBook& book, OnChanges on_changes);

 private:
  void OnTimer();

  net::EventLoop& loop_;
  ViewerBook& book_;
  const OnChanges on_changes_;
  net::Timer timer_;
};

}  // namespace weir::edge

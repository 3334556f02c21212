#include "edge/viewers/viewer_rounds.h"

#include <chrono>
#include <utility>

namespace weir::edge {
namespace {

/// A few at a time, so that nobody waits for the book: 100,000 viewers take 2.5 s.
constexpr Clock::duration kEvery = std::chrono::milliseconds(100);
constexpr size_t kViewersAtOnce = 4'000;

}  // namespace

ViewerRounds::ViewerRounds(net::EventLoop& loop, ViewerBook& book, OnChanges on_changes)
    : loop_(loop),
      book_(book),
      on_changes_(std::move(on_changes)),
      timer_(loop, [this] { OnTimer(); }) {
  timer_.Start(kEvery);
}

void ViewerRounds::OnTimer() {
  book_.Sweep(loop_.now(), kViewersAtOnce);
  if (on_changes_) on_changes_(book_.TakeChanges());
  timer_.Start(kEvery);
}

}  // namespace weir::edge

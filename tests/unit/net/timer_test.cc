#include "net/timer.h"

#include <memory>

#include <gtest/gtest.h>

#include "support/run_until.h"

namespace weir::net {
namespace {

using std::chrono::milliseconds;
using testing::RunFor;
using testing::RunUntil;

TEST(Timer, CallsOnceAndNeverEarly) {
  EventLoop loop;
  int calls = 0;
  Clock::time_point called_at;
  Timer timer(loop, [&] {
    ++calls;
    called_at = Clock::now();
  });
  const Clock::time_point start = Clock::now();
  timer.Start(milliseconds(5));
  EXPECT_TRUE(timer.active());
  EXPECT_TRUE(RunUntil(loop, [&] { return calls > 0; }));
  EXPECT_GE(called_at, start + milliseconds(5));
  EXPECT_FALSE(timer.active());
  RunFor(loop, milliseconds(10));
  EXPECT_EQ(calls, 1);
}

TEST(Timer, DoesNotCallOnceStopped) {
  EventLoop loop;
  int calls = 0;
  Timer timer(loop, [&] { ++calls; });
  timer.Start(milliseconds(1));
  timer.Stop();
  EXPECT_FALSE(timer.active());
  {
    Timer gone(loop, [&] { ++calls; });
  }
  RunFor(loop, milliseconds(5));
  EXPECT_EQ(calls, 0);
}

TEST(Timer, TakesTheLatestTimeItWasGiven) {
  EventLoop loop;
  bool called = false;
  Timer timer(loop, [&] { called = true; });
  timer.Start(std::chrono::hours(1));
  timer.Start(milliseconds(1));
  EXPECT_TRUE(RunUntil(loop, [&] { return called; }));
}

TEST(Timer, MayBeStartedAgainFromInside) {
  EventLoop loop;
  int calls = 0;
  Timer timer(loop, [&] {
    if (++calls < 3) timer.Start(milliseconds(1));
  });
  timer.Start(milliseconds(1));
  EXPECT_TRUE(RunUntil(loop, [&] { return calls == 3; }));
}

TEST(Timer, MayBeDestroyedFromInsideAndKeepsItsFunctionUntilItReturns) {
  EventLoop loop;
  std::unique_ptr<Timer> timer;
  auto held = std::make_shared<int>(7);
  int seen = 0;
  timer = std::make_unique<Timer>(loop, [&, held] {
    timer.reset();
    seen = *held;
  });
  timer->Start(milliseconds(1));
  EXPECT_TRUE(RunUntil(loop, [&] { return seen == 7; }));
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Timer, LetsOthersRunHoweverOftenItIsStartedAtOnce) {
  EventLoop loop;
  bool posted = false;
  Timer timer(loop, [&] { timer.Start(milliseconds(0)); });
  timer.Start(milliseconds(0));
  loop.Post([&] { posted = true; });
  EXPECT_TRUE(RunUntil(loop, [&] { return posted; }));
}

TEST(Timer, TakesAnyDelay) {
  EventLoop loop;
  int calls = 0;
  Timer never(loop, [&] { FAIL(); });
  never.Start(Clock::duration::max());
  Timer past(loop, [&] { ++calls; });
  past.Start(milliseconds(-500));
  EXPECT_TRUE(RunUntil(loop, [&] { return calls == 1; }));
}

}  // namespace
}  // namespace weir::net

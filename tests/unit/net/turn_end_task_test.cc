#include "net/turn_end_task.h"

#include <memory>

#include <gtest/gtest.h>

namespace weir::net {
namespace {

TEST(TurnEndTask, RunsOnceHoweverOftenRequested) {
  EventLoop loop;
  int runs = 0;
  TurnEndTask task(loop, [&] { ++runs; });
  loop.Post([&] {
    task.Request();
    task.Request();
    EXPECT_TRUE(task.requested());
    EXPECT_EQ(runs, 0);
    loop.Post([&] {
      EXPECT_EQ(runs, 1);
      EXPECT_FALSE(task.requested());
      task.Request();
      loop.Stop();
    });
  });
  loop.Run();
  EXPECT_EQ(runs, 2);
}

TEST(TurnEndTask, DoesNotRunOnceDestroyed) {
  EventLoop loop;
  auto task = std::make_unique<TurnEndTask>(loop, [] { FAIL(); });
  task->Request();
  task.reset();
  loop.Post([&] { loop.Stop(); });
  loop.Run();
}

TEST(TurnEndTask, MayBeDestroyedFromInside) {
  EventLoop loop;
  auto held = std::make_shared<int>(7);
  int seen = 0;
  std::unique_ptr<TurnEndTask> task;
  task = std::make_unique<TurnEndTask>(loop, [&, held] {
    task.reset();
    seen = *held;
  });
  task->Request();
  loop.Post([&] { loop.Stop(); });
  loop.Run();
  EXPECT_EQ(seen, 7);
}

TEST(TurnEndTask, MayRequestItselfAgain) {
  EventLoop loop;
  int runs = 0;
  TurnEndTask task(loop, [&] {
    if (++runs == 20) return loop.Stop();
    task.Request();
  });
  task.Request();
  loop.Run();
  EXPECT_EQ(runs, 20);
}

}  // namespace
}  // namespace weir::net

#include "net/event_loop.h"

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "net/timer.h"
#include "support/run_until.h"

namespace weir::net {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using testing::RunUntil;

TEST(EventLoop, RunsTasksInTheOrderPosted) {
  EventLoop loop;
  std::vector<int> ran;
  for (int i = 0; i < 3; ++i)
    loop.Post([&ran, i] { ran.push_back(i); });
  loop.Post([&] { loop.Stop(); });
  EXPECT_THAT(ran, ElementsAre());
  loop.Run();
  EXPECT_THAT(ran, ElementsAre(0, 1, 2));
}

TEST(EventLoop, RunsWhatATaskPostsInALaterTurn) {
  EventLoop loop;
  std::vector<std::string> order;
  loop.Post([&] {
    loop.Post([&] {
      order.emplace_back("posted");
      loop.Stop();
    });
    loop.AtTurnEnd([&] { order.emplace_back("turn end"); });
  });
  loop.Run();
  EXPECT_THAT(order, ElementsAre("turn end", "posted"));
}

TEST(EventLoop, TakesTasksFromManyThreads) {
  constexpr int kThreads = 8;
  constexpr int kTasks = 2000;
  EventLoop loop;
  std::vector<int> last(kThreads, -1);
  int ran = 0;
  bool in_order = true;
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTasks; ++i) {
        loop.Post([&, t, i] {
          in_order = in_order && loop.IsCurrent() && last[static_cast<size_t>(t)] == i - 1;
          last[static_cast<size_t>(t)] = i;
          if (++ran == kThreads * kTasks) loop.Stop();
        });
      }
    });
  }
  loop.Run();
  for (std::thread& thread : threads)
    thread.join();
  EXPECT_EQ(ran, kThreads * kTasks);
  EXPECT_TRUE(in_order);
}

TEST(EventLoop, RunsTurnEndTasksBeforeItWaits) {
  EventLoop loop;
  bool ran = false;
  // Nothing else would wake the loop.
  loop.Post([&] {
    loop.AtTurnEnd([&] {
      ran = true;
      loop.Stop();
    });
  });
  loop.Run();
  EXPECT_TRUE(ran);
}

TEST(EventLoop, DoesNotWaitWhileTurnEndTasksAskForMore) {
  EventLoop loop;
  int rounds = 0;
  std::function<void()> again = [&] {
    if (++rounds == 100) return loop.Stop();
    loop.AtTurnEnd(again);
  };
  loop.AtTurnEnd(again);
  loop.Run();
  EXPECT_EQ(rounds, 100);
}

TEST(EventLoop, LetsEventsThroughWhileTurnEndTasksAskForMore) {
  EventLoop loop;
  bool posted = false;
  std::function<void()> again = [&] {
    if (posted) return loop.Stop();
    loop.AtTurnEnd(again);
  };
  loop.AtTurnEnd(again);
  loop.Post([&] { posted = true; });
  loop.Run();
  EXPECT_TRUE(posted);
}

TEST(EventLoop, RunsTurnEndTasksOfItsLastTurn) {
  EventLoop loop;
  bool ran = false;
  loop.Post([&] {
    loop.AtTurnEnd([&] { ran = true; });
    loop.Stop();
  });
  loop.Run();
  EXPECT_TRUE(ran);
}

TEST(EventLoop, StopsEvenWhenToldBeforeItRuns) {
  EventLoop loop;
  loop.Stop();
  loop.Run();
  loop.Post([&] { loop.Stop(); });
  loop.Run();  // and runs again afterwards
}

TEST(EventLoop, StopsWhenAnotherThreadSaysSo) {
  EventLoop loop;
  std::thread other([&] { loop.Stop(); });
  loop.Run();
  other.join();
}

TEST(EventLoop, DropsTasksThatItNeverRan) {
  auto held = std::make_shared<int>(1);
  {
    EventLoop loop;
    loop.Post([held] { FAIL(); });
    loop.AtTurnEnd([held] { FAIL(); });
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(EventLoop, LetsGoOfWhatATaskHeldBeforeTheNext) {
  EventLoop loop;
  auto held = std::make_shared<int>(1);
  loop.Post([held] {});
  loop.Post([&] {
    EXPECT_EQ(held.use_count(), 1);
    loop.Stop();
  });
  loop.Run();
}

TEST(EventLoop, BelongsToItsMakerUntilItRuns) {
  EventLoop loop;
  EXPECT_TRUE(loop.IsCurrent());
  bool current = false;
  std::thread runner([&] { loop.Run(); });
  loop.Post([&] {
    current = loop.IsCurrent();
    loop.Stop();
  });
  runner.join();
  EXPECT_TRUE(current);
  EXPECT_TRUE(loop.IsCurrent());
}

TEST(EventLoop, ReadsTheClockOncePerTurn) {
  EventLoop loop;
  Clock::time_point first;
  loop.Post([&] {
    first = loop.now();
    const auto until = Clock::now() + milliseconds(2);
    while (Clock::now() < until)
      std::this_thread::yield();
    EXPECT_EQ(loop.now(), first);
    loop.Post([&] {
      EXPECT_GE(loop.now(), first + milliseconds(2));
      loop.Stop();
    });
  });
  loop.Run();
}

}  // namespace
}  // namespace weir::net

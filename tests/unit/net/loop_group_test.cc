#include "net/loop_group.h"

#include <atomic>
#include <set>

#include <gtest/gtest.h>

#include "net/timer.h"

namespace weir::net {
namespace {

TEST(LoopGroup, RunsEachLoopOnAThreadOfItsOwn) {
  LoopGroup group(3);
  std::atomic<int> ran{0};
  std::array<std::thread::id, 3> threads;
  group.Start();
  for (size_t i = 0; i < group.size(); ++i) {
    group.at(i).Post([&, i] {
      threads.at(i) = std::this_thread::get_id();
      EXPECT_EQ(group.CurrentIndex(), i);
      EXPECT_EQ(&group.current(), &group.at(i));
      ++ran;
      ran.notify_one();
    });
  }
  for (int seen = ran; seen < 3; seen = ran)
    ran.wait(seen);
  group.Stop();
  EXPECT_EQ(std::set(threads.begin(), threads.end()).size(), 3U);
}

TEST(LoopGroup, LetsTheCallerDestroyWhatLivedOnTheLoopsOnceStopped) {
  LoopGroup group(2);
  auto timer = std::make_unique<Timer>(group.at(1), [] {});
  timer->Start(std::chrono::hours(1));
  group.Start();
  group.Stop();
  timer.reset();
}

TEST(LoopGroup, StopsOnceOrNeverStarted) {
  LoopGroup never(1);
  LoopGroup twice(1);
  twice.Start();
  twice.Stop();
  twice.Stop();
}

TEST(LoopGroup, PassesTasksRoundWithoutLosingAny) {
  constexpr int kHops = 5000;
  LoopGroup group(3);
  std::atomic<bool> done{false};
  std::function<void(int)> hop = [&](int left) {
    if (left == 0) {
      done = true;
      done.notify_one();
      return;
    }
    group.at(static_cast<size_t>(left) % 3).Post([&, left] { hop(left - 1); });
  };
  group.Start();
  hop(kHops);
  done.wait(false);
  group.Stop();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace weir::net

#include "base/worker_thread.h"

#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(WorkerThread, RunsWhatWasPostedInOrderBeforeItEnds) {
  std::vector<int> ran;
  {
    WorkerThread worker;
    for (int i = 0; i < 1000; ++i)
      worker.Post([&ran, i] { ran.push_back(i); });
  }
  ASSERT_EQ(ran.size(), 1000U);
  for (size_t i = 0; i < ran.size(); ++i)
    EXPECT_EQ(ran[i], static_cast<int>(i));
}

TEST(WorkerThread, KnowsItsOwnThread) {
  bool inside = false;
  bool outside = true;
  {
    WorkerThread worker;
    outside = worker.IsCurrent();
    worker.Post([&] { inside = worker.IsCurrent(); });
  }
  EXPECT_TRUE(inside);
  EXPECT_FALSE(outside);
}

TEST(WorkerThread, MayBePostedToFromItsOwnTasks) {
  int ran = 0;
  {
    WorkerThread worker;
    worker.Post([&] { worker.Post([&] { ++ran; }); });
  }
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace weir

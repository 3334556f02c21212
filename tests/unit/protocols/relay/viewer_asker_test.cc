#include "protocols/relay/viewer_asker.h"

#include <chrono>
#include <vector>

#include <gmock/gmock.h>

namespace weir::relay {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Keeps what it is asked.
class FakeEdge final : public ViewerAsker::Edge {
 public:
  void Send(const FindViewers& message) override { finds.push_back(message); }

  void Send(const EndViewers& message) override { ends.push_back(message); }

  std::vector<FindViewers> finds;
  std::vector<EndViewers> ends;
};

std::vector<ViewerRecord> Viewers(size_t count) {
  return std::vector<ViewerRecord>(count, ViewerRecord{.id = "id"});
}

class ViewerAskerTest : public ::testing::Test {
 protected:
  void Find(size_t limit = 100) {
    asker_.Find({.app = "app"}, limit, kStart + 2s,
                [this](FoundViewers found) { found_.push_back(std::move(found)); });
  }

  void End() {
    asker_.End({.ids = {"a"}}, "over", kStart + 2s,
               [this](int64_t count) { ended_.push_back(count); });
  }

  static constexpr Clock::time_point kStart{100s};
  ViewerAsker asker_;
  FakeEdge one_;
  FakeEdge two_;
  std::vector<FoundViewers> found_;
  std::vector<int64_t> ended_;
};

TEST_F(ViewerAskerTest, WithoutEdgesThereIsNobody) {
  Find();
  End();
  ASSERT_THAT(found_, SizeIs(1));
  EXPECT_THAT(found_[0].viewers, IsEmpty());
  EXPECT_TRUE(found_[0].complete);
  EXPECT_EQ(ended_, std::vector<int64_t>{0});
  EXPECT_EQ(asker_.NextDeadline(), std::nullopt);
}

TEST_F(ViewerAskerTest, PutsTheirAnswersTogether) {
  asker_.OnEdgeOpened(one_);
  asker_.OnEdgeOpened(two_);
  Find();
  ASSERT_THAT(one_.finds, SizeIs(1));
  EXPECT_EQ(one_.finds[0].choice.app, "app");
  asker_.OnPage(one_, {.ask = one_.finds[0].ask, .viewers = Viewers(3)});
  EXPECT_THAT(found_, IsEmpty());
  asker_.OnPage(one_, {.ask = one_.finds[0].ask, .viewers = Viewers(3)});  // it has answered
  asker_.OnPage(two_, {.ask = two_.finds[0].ask, .viewers = Viewers(2)});
  ASSERT_THAT(found_, SizeIs(1));
  EXPECT_THAT(found_[0].viewers, SizeIs(5));
  EXPECT_TRUE(found_[0].complete);
}

TEST_F(ViewerAskerTest, GoesOnPageByPage) {
  asker_.OnEdgeOpened(one_);
  Find();
  asker_.OnPage(one_, {.ask = one_.finds[0].ask, .viewers = Viewers(3), .last = "x"});
  ASSERT_THAT(one_.finds, SizeIs(2));
  EXPECT_EQ(one_.finds[1].after, "x");
  EXPECT_EQ(one_.finds[1].ask, one_.finds[0].ask);
  asker_.OnPage(one_, {.ask = one_.finds[0].ask, .viewers = Viewers(3)});
  ASSERT_THAT(found_, SizeIs(1));
  EXPECT_THAT(found_[0].viewers, SizeIs(6));
}

TEST_F(ViewerAskerTest, StopsAtTheLimit) {
  asker_.OnEdgeOpened(one_);
  asker_.OnEdgeOpened(two_);
  Find(4);
  asker_.OnPage(one_, {.ask = one_.finds[0].ask, .viewers = Viewers(5), .last = "x"});
  ASSERT_THAT(found_, SizeIs(1));
  EXPECT_THAT(found_[0].viewers, SizeIs(4));
  EXPECT_FALSE(found_[0].complete);
  asker_.OnPage(two_, {.ask = two_.finds[0].ask, .viewers = Viewers(5)});
  EXPECT_THAT(found_, SizeIs(1));
}

TEST_F(ViewerAskerTest, WhoLeavesIsNotWaitedFor) {
  asker_.OnEdgeOpened(one_);
  asker_.OnEdgeOpened(two_);
  Find();
  End();
  asker_.OnPage(two_, {.ask = two_.finds[0].ask, .viewers = Viewers(1)});
  asker_.OnEnded(two_, {.ask = two_.ends[0].ask, .count = 7});
  asker_.OnEdgeClosed(one_);
  ASSERT_THAT(found_, SizeIs(1));
  EXPECT_FALSE(found_[0].complete);
  EXPECT_EQ(ended_, std::vector<int64_t>{7});
}

TEST_F(ViewerAskerTest, WhoIsSilentIsNotWaitedForLong) {
  asker_.OnEdgeOpened(one_);
  asker_.OnEdgeOpened(two_);
  Find();
  End();
  asker_.OnPage(two_, {.ask = two_.finds[0].ask, .viewers = Viewers(1)});
  asker_.OnEnded(two_, {.ask = two_.ends[0].ask, .count = 7});
  ASSERT_EQ(asker_.NextDeadline(), kStart + 2s);
  asker_.OnDeadline(kStart + 1s);
  EXPECT_THAT(found_, IsEmpty());
  asker_.OnDeadline(kStart + 2s);
  ASSERT_THAT(found_, SizeIs(1));
  EXPECT_THAT(found_[0].viewers, SizeIs(1));
  EXPECT_FALSE(found_[0].complete);
  EXPECT_EQ(ended_, std::vector<int64_t>{7});
  asker_.OnPage(one_, {.ask = one_.finds[0].ask, .viewers = Viewers(1)});
  asker_.OnEnded(one_, {.ask = one_.ends[0].ask, .count = 7});
  EXPECT_THAT(found_, SizeIs(1));
  EXPECT_THAT(ended_, SizeIs(1));
}

TEST_F(ViewerAskerTest, AnAnswerOfTheOtherKindIsNone) {
  asker_.OnEdgeOpened(one_);
  Find();
  asker_.OnEnded(one_, {.ask = one_.finds[0].ask, .count = 7});
  End();
  asker_.OnPage(one_, {.ask = one_.ends[0].ask, .viewers = Viewers(1)});
  EXPECT_THAT(found_, IsEmpty());
  EXPECT_THAT(ended_, IsEmpty());
}

}  // namespace
}  // namespace weir::relay

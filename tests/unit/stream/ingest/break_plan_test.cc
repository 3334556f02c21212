#include "stream/ingest/break_plan.h"

#include <chrono>

#include <gtest/gtest.h>

namespace weir::stream {
namespace {

using namespace std::chrono_literals;
using Border = BreakPlan::Border;

constexpr MediaTime kGap = 3s;

media::Event Out(std::chrono::milliseconds duration) {
  return {.kind = media::Event::Kind::kCue, .out = true, .duration = duration};
}

const media::Event kIn{.kind = media::Event::Kind::kCue};

class BreakPlanTest : public ::testing::Test {
 protected:
  bool Ask(const media::Event& event, MediaTime now) { return plan_.Ask(event, now, kGap).empty(); }

  /// A break of ten seconds from 100 s on.
  void Begin() {
    ASSERT_TRUE(Ask(Out(10s), 99s));
    ASSERT_EQ(plan_.At(100s, false), Border::kOut);
    const media::Event out = plan_.Pass(Border::kOut, 100s, UtcTime(1h));
    EXPECT_TRUE(out.out);
    EXPECT_EQ(out.start, UtcTime(1h));
  }

  BreakPlan plan_;
};

TEST_F(BreakPlanTest, BeginsAtOnceAndEndsAtAKeyFrame) {
  EXPECT_EQ(plan_.At(99s, true), Border::kNone);
  Begin();
  EXPECT_EQ(plan_.At(110s - MediaTime(1), true), Border::kNone);
  EXPECT_EQ(plan_.At(110s, false), Border::kNone);
  EXPECT_EQ(plan_.At(111s, true), Border::kIn);
  const media::Event in = plan_.Pass(Border::kIn, 111s, UtcTime(2h));
  EXPECT_FALSE(in.out);
  EXPECT_EQ(in.start, UtcTime(1h)) << "that of the break";
  EXPECT_EQ(plan_.open(), nullptr);
  EXPECT_EQ(plan_.At(112s, true), Border::kNone);
}

TEST_F(BreakPlanTest, RefusesWhatComesTooSoon) {
  EXPECT_FALSE(Ask(kIn, 50s)) << "the first is an out";
  EXPECT_FALSE(Ask(Out(3s), 50s)) << "no longer than the gap";
  ASSERT_TRUE(Ask(Out(10s), 99s));
  EXPECT_FALSE(Ask(Out(10s), 99s));
  EXPECT_FALSE(Ask(kIn, 99s));
  plan_.Pass(Border::kOut, 100s, {});
  EXPECT_FALSE(Ask(Out(10s), 105s)) << "one is under way";
  EXPECT_FALSE(Ask(kIn, 103s - MediaTime(1)));
  EXPECT_TRUE(Ask(kIn, 103s));
  EXPECT_EQ(plan_.At(103s, true), Border::kIn);
  plan_.Pass(Border::kIn, 104s, {});
  EXPECT_FALSE(Ask(kIn, 120s));
  EXPECT_FALSE(Ask(Out(10s), 107s - MediaTime(1)));
  EXPECT_TRUE(Ask(Out(10s), 107s));
}

TEST_F(BreakPlanTest, AnInOnlyMovesTheEndForward) {
  Begin();
  EXPECT_TRUE(Ask(kIn, 105s));
  EXPECT_TRUE(Ask(kIn, 106s));
  EXPECT_EQ(plan_.At(105s, true), Border::kIn);
}

}  // namespace
}  // namespace weir::stream

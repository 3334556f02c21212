#include "protocols/relay/splice.h"

#include <gtest/gtest.h>

#include "unit/stream/sample_stream.h"

namespace weir::relay {
namespace {

using stream::test::MakeFrame;
using Verdict = Splice::Verdict;

Splice AfterTwoSegments() {
  Splice splice;
  for (const int64_t number : {1, 2})
    for (const auto& frame : stream::test::OneSegment(number))
      EXPECT_EQ(splice.OnFrame(*frame), Verdict::kPass);
  return splice;
}

TEST(Splice, LeavesOutWhatCameBeforeAndGoesOnWithoutAGap) {
  Splice splice = AfterTwoSegments();
  splice.Resume();
  for (const auto& frame : stream::test::OneSegment(2))
    EXPECT_EQ(splice.OnFrame(*frame), Verdict::kSkip);
  for (const auto& frame : stream::test::OneSegment(3))
    EXPECT_EQ(splice.OnFrame(*frame), Verdict::kPass);
  EXPECT_EQ(splice.newest(), 3);
}

TEST(Splice, TellsAGapOnceWhereFramesAreMissing) {
  Splice splice = AfterTwoSegments();
  splice.Resume();
  EXPECT_EQ(splice.OnFrame(*MakeFrame({.dts_ms = 5000, .mark = 5})), Verdict::kGap);
  EXPECT_EQ(splice.OnFrame(*MakeFrame({.dts_ms = 5250})), Verdict::kPass);
}

TEST(Splice, TellsNoSecondGapAfterTheOriginTold) {
  Splice splice = AfterTwoSegments();
  splice.Resume();
  splice.OnGap();
  EXPECT_EQ(splice.OnFrame(*MakeFrame({.dts_ms = 5000, .mark = 5})), Verdict::kPass);
}

TEST(Splice, TakesANewRunFromItsBeginning) {
  Splice splice = AfterTwoSegments();
  splice.Resume();
  splice.Reset();
  EXPECT_FALSE(splice.newest());
  EXPECT_EQ(splice.OnFrame(*MakeFrame({.dts_ms = 0, .mark = 3})), Verdict::kPass);
}

TEST(Splice, HasNothingToJoinAtTheVeryBeginning) {
  Splice splice;
  splice.Resume();
  EXPECT_EQ(splice.OnFrame(*MakeFrame({.mark = 1})), Verdict::kPass);
}

}  // namespace
}  // namespace weir::relay

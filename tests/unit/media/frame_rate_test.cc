#include "media/frame_rate.h"

#include <cmath>

#include <gtest/gtest.h>

namespace weir::media {
namespace {

TEST(FrameDuration, IsExactForTheRatesInUse) {
  EXPECT_EQ(FrameDurationAt(30, 1), FromTicks<30>(1));
  EXPECT_EQ(FrameDurationAt(30'000, 1'001), FromTicks<30'000>(1'001));
  EXPECT_EQ(FrameDurationAt(60'000, 2'002), FromTicks<30'000>(1'001));
  EXPECT_EQ(FrameDurationAt(24'000, 1'001), FromTicks<24'000>(1'001));
  EXPECT_EQ(FrameDurationAt(uint64_t{240}, 1), FromTicks<240>(1));
  EXPECT_EQ(FrameDurationAt(uint64_t{1}, 1), FromTicks<1>(1));
}

TEST(FrameDuration, IsUnknownOutsideOneTo240FramesASecond) {
  EXPECT_EQ(FrameDurationAt(241, 1).count(), 0);
  EXPECT_EQ(FrameDurationAt(999, 1'000).count(), 0);
  EXPECT_EQ(FrameDurationAt(0, 1).count(), 0);
  EXPECT_EQ(FrameDurationAt(uint64_t{1}, 0).count(), 0);
  EXPECT_EQ(FrameDurationAt(uint64_t{1} << 35, uint64_t{1} << 35).count(), 0);
}

TEST(FrameDuration, IsUnknownWhereItWouldRound) {
  EXPECT_EQ(FrameDurationAt(1'000'000, 33'333).count(), 0);
}

TEST(FrameDuration, OfADecimalRateIsThatOfTheRateMeant) {
  EXPECT_EQ(FrameDurationAt(25.0), FromTicks<25>(1));
  EXPECT_EQ(FrameDurationAt(29.97), FromTicks<30'000>(1'001));
  EXPECT_EQ(FrameDurationAt(29.97002997), FromTicks<30'000>(1'001));
  EXPECT_EQ(FrameDurationAt(23.976), FromTicks<24'000>(1'001));
  EXPECT_EQ(FrameDurationAt(23.98), FromTicks<24'000>(1'001));
  EXPECT_EQ(FrameDurationAt(59.94), FromTicks<60'000>(1'001));
}

TEST(FrameDuration, OfANonsenseRateIsUnknown) {
  for (const double rate : {0.0, -1.0, 0.5, 240.5, 1e300, 27.5, double{NAN}, double{INFINITY}})
    EXPECT_EQ(FrameDurationAt(rate).count(), 0) << rate;
}

}  // namespace
}  // namespace weir::media

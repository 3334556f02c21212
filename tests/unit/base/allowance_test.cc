#include "base/allowance.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

using std::chrono::seconds;

TEST(AllowanceTest, IsSpentAndComesBackWithTime) {
  Clock::time_point now{seconds(100)};
  Allowance allowance(4, 2, now);
  EXPECT_TRUE(allowance.Spend(now));
  EXPECT_FALSE(allowance.Spend(now, 3.5)) << "three are left";
  EXPECT_TRUE(allowance.Spend(now, 3)) << "a refusal costs nothing";
  EXPECT_FALSE(allowance.Spend(now));
  now += seconds(1);
  EXPECT_TRUE(allowance.Spend(now, 2));
  now += seconds(60);
  EXPECT_FALSE(allowance.Spend(now, 5)) << "it never holds more than the burst";
  EXPECT_TRUE(allowance.Spend(now, 4));
}

TEST(AllowanceTest, GivesOneBack) {
  const Clock::time_point now{seconds(100)};
  Allowance allowance(1, 1, now);
  EXPECT_TRUE(allowance.Spend(now));
  allowance.Earn();
  EXPECT_TRUE(allowance.Spend(now));
  EXPECT_FALSE(allowance.Spend(now));
}

}  // namespace
}  // namespace weir

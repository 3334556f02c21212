#include "http/date.h"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

using namespace std::chrono_literals;

TEST(FormatDate, WritesTheExampleOfRfc9110) {
  EXPECT_EQ(FormatDate(UtcTime(784'111'777s + 999ms)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(FormatDate(UtcTime(0s)), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(FormatDate(UtcTime(951'782'400s)), "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(DateCache, FollowsTheClockBySeconds) {
  UtcTime now(784'111'777s);
  DateCache date([&now] { return now; });
  EXPECT_EQ(date.Text(), "Sun, 06 Nov 1994 08:49:37 GMT");
  now += 999ms;
  EXPECT_EQ(date.Text(), "Sun, 06 Nov 1994 08:49:37 GMT");
  now += 1ms;
  EXPECT_EQ(date.Text(), "Sun, 06 Nov 1994 08:49:38 GMT");
  now -= 10s;
  EXPECT_EQ(date.Text(), "Sun, 06 Nov 1994 08:49:28 GMT");
}

}  // namespace
}  // namespace weir::http

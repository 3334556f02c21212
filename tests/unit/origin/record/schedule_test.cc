#include "origin/record/schedule.h"

#include <chrono>
#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

#include "base/local_time.h"

namespace weir::record {
namespace {

/// In a time zone of the test's own.
class ScheduleTest : public ::testing::Test {
 protected:
  ScheduleTest() { Zone("KST-9"); }

  ~ScheduleTest() override { Zone("UTC"); }

  static void Zone(const char* name) {
    ::setenv("TZ", name, 1);  // NOLINT(concurrency-mt-unsafe): one thread
    ::tzset();
  }

  static UtcTime At(int hour, int minute, int second) {
    return UtcTime(std::chrono::sys_days(std::chrono::year(2023) / 3 / 15)) +
           std::chrono::hours(hour - 9) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
  }

  static std::string Next(const char* schedule, UtcTime after) {
    const auto read = Schedule::Read(schedule);
    return read ? FormatLocal(read->NextAfter(after), "DD hh:mm:ss") : "none";
  }
};

TEST_F(ScheduleTest, NamesItsInstants) {
  EXPECT_EQ(Next("0 */1 *", At(21, 15, 20)), "15 21:16:00");
  EXPECT_EQ(Next("10 */1 *", At(21, 15, 20)), "15 21:16:10");
  EXPECT_EQ(Next("0 */10 *", At(21, 15, 20)), "15 21:20:00");
  EXPECT_EQ(Next("0 0 */2", At(21, 15, 20)), "15 22:00:00");
  EXPECT_EQ(Next("30 5 3", At(21, 15, 20)), "16 03:05:30");
  EXPECT_EQ(Next("* * *", At(21, 15, 20)), "15 21:15:21");
  EXPECT_EQ(Next("*/7 * *", At(21, 15, 56)), "15 21:16:00");
  EXPECT_EQ(Next("59 59 23", At(23, 59, 59)), "16 23:59:59");
}

TEST_F(ScheduleTest, TheInstantItselfIsPast) {
  EXPECT_EQ(Next("0 0 *", At(21, 0, 0)), "15 22:00:00");
  EXPECT_EQ(Next("0 0 *", At(21, 0, 0) - std::chrono::microseconds(1)), "15 21:00:00");
}

TEST_F(ScheduleTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "*", "* *", "* * * *", "60 * *", "* 60 *", "* * 24", "-1 * *", "*/0 * *", "*/60 * *",
        "1,2 * *", "1-2 * *", "a * *", "*/ * *", "* *  *", " * * *", "* * * "})
    EXPECT_FALSE(Schedule::Read(text)) << text;
}

TEST_F(ScheduleTest, WritesTimesAsTheApiDoes) {
  EXPECT_EQ(IsoLocal(At(21, 15, 20) + std::chrono::milliseconds(113)),
            "2023-03-15T21:15:20.113+09:00");
  EXPECT_EQ(IsoLocal(At(21, 15, 20), false), "2023-03-15T21:15:20.000+0900");
  Zone("NST3:30");
  EXPECT_EQ(IsoLocal(At(21, 15, 20)), "2023-03-15T08:45:20.000-03:30");
}

}  // namespace
}  // namespace weir::record

#include "hooks/keep_alive_schedule.h"

#include <algorithm>
#include <chrono>
#include <map>

#include <gmock/gmock.h>

#include "crypto/uuid.h"

namespace weir::hooks {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Clock::time_point kStart{1'000s};
constexpr size_t kAll = 10'000;

TEST(KeepAliveSchedule, EverybodyIsAskedAboutOnceInAnInterval) {
  KeepAliveSchedule schedule(10s);
  std::map<std::string, std::vector<Clock::time_point>> beats;
  for (int i = 0; i < 100; ++i)
    schedule.Add("id" + std::to_string(i), kStart);
  while (*schedule.NextDue() <= kStart + 30s) {
    const Clock::time_point now = *schedule.NextDue();
    for (const std::string& id : schedule.TakeDue(now, kAll)) {
      beats[id].push_back(now);
      schedule.Done(id);
    }
  }
  ASSERT_THAT(beats, SizeIs(100));
  for (const auto& [id, times] : beats) {
    ASSERT_THAT(times, SizeIs(3)) << id;
    EXPECT_EQ(times[1] - times[0], 10s);
    EXPECT_EQ(times[2] - times[1], 10s);
  }
  EXPECT_EQ(schedule.skipped(), 0U);
}

TEST(KeepAliveSchedule, ThoseWhoCameTogetherAreSpreadOverTheInterval) {
  KeepAliveSchedule schedule(10s);
  for (int i = 0; i < 1'000; ++i)
    schedule.Add(crypto::RandomUuid(), kStart);
  size_t most = 0;
  size_t all = 0;
  for (int i = 1; i <= 100; ++i) {
    const size_t now = schedule.TakeDue(kStart + i * 100ms, kAll).size();
    most = std::max(most, now);
    all += now;
  }
  EXPECT_EQ(all, 1'000U);
  EXPECT_LT(most, 40U) << "ten in each tenth of a second would be even";
}

TEST(KeepAliveSchedule, WhoFindsNoRoomStaysDue) {
  KeepAliveSchedule schedule(10s);
  for (const char* id : {"a", "b", "c"})
    schedule.Add(id, kStart);
  EXPECT_THAT(schedule.TakeDue(kStart + 10s, 2), SizeIs(2));
  EXPECT_LE(*schedule.NextDue(), kStart + 10s);
  EXPECT_THAT(schedule.TakeDue(kStart + 10s, 2), SizeIs(1));
  EXPECT_THAT(schedule.TakeDue(kStart + 10s, 2), IsEmpty());
}

TEST(KeepAliveSchedule, ABeatIsSkippedWhileTheFormerIsOpen) {
  KeepAliveSchedule schedule(10s);
  schedule.Add("a", kStart);
  EXPECT_THAT(schedule.TakeDue(kStart + 10s, kAll), ElementsAre("a"));
  EXPECT_THAT(schedule.TakeDue(kStart + 20s, kAll), IsEmpty());
  EXPECT_EQ(schedule.skipped(), 1U);
  schedule.Done("a");
  EXPECT_THAT(schedule.TakeDue(kStart + 30s, kAll), ElementsAre("a"));
}

TEST(KeepAliveSchedule, AfterALongSleepThereIsOneBeat) {
  KeepAliveSchedule schedule(1s);
  schedule.Add("a", kStart);
  EXPECT_THAT(schedule.TakeDue(kStart + 1h, kAll), ElementsAre("a"));
  schedule.Done("a");
  EXPECT_THAT(schedule.TakeDue(kStart + 1h, kAll), IsEmpty());
  EXPECT_EQ(schedule.skipped(), 0U);
}

TEST(KeepAliveSchedule, WhoIsRemovedIsNotAskedAbout) {
  KeepAliveSchedule schedule(1s);
  schedule.Add("a", kStart);
  schedule.Add("a", kStart);
  EXPECT_EQ(schedule.size(), 1U);
  schedule.Remove("a");
  schedule.Remove("a");
  schedule.Done("a");
  EXPECT_EQ(schedule.NextDue(), std::nullopt);
  EXPECT_THAT(schedule.TakeDue(kStart + 1h, kAll), IsEmpty());
}

}  // namespace
}  // namespace weir::hooks

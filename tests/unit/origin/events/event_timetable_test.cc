#include "origin/events/event_timetable.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace weir::origin {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const EventTimetable::App kApp{"v", "a"};
const EventTimetable::App kOther{"v", "b"};

PeriodicEvent Sei(int interval_ms, const std::string& data) {
  return {.stream_name = "cam*",
          .interval = milliseconds(interval_ms),
          .body = {{"eventFormat", "sei"}, {"events", {{{"data", data}}}}}};
}

class EventTimetableTest : public ::testing::Test {
 protected:
  /// The texts of what is due after that time.
  std::vector<std::string> After(int passed_ms) {
    now_ += milliseconds(passed_ms);
    std::vector<std::string> texts;
    taken_ = timetable_.Take(now_, UtcTime(milliseconds(1'700'000'000'123)));
    for (const auto& due : taken_)
      texts.emplace_back(due.event->payload.text());
    return texts;
  }

  Clock::time_point now_{std::chrono::hours(1)};
  EventTimetable timetable_;
  std::vector<EventTimetable::Due> taken_;
};

TEST_F(EventTimetableTest, EachIsDueInItsInterval) {
  EXPECT_FALSE(timetable_.next());
  timetable_.Set(kApp, {Sei(1'000, "a"), Sei(300, "b")}, now_);
  EXPECT_EQ(timetable_.next(), now_ + milliseconds(300));
  EXPECT_THAT(After(299), IsEmpty());
  EXPECT_THAT(After(1), ElementsAre("b"));
  EXPECT_EQ(timetable_.next(), now_ + milliseconds(300));
  EXPECT_THAT(After(0), IsEmpty());
  EXPECT_THAT(After(300), ElementsAre("b"));
  EXPECT_THAT(After(300), ElementsAre("b"));
  EXPECT_THAT(After(100), ElementsAre("a"));
  EXPECT_THAT(After(200), ElementsAre("b"));
}

TEST_F(EventTimetableTest, WhatIsLateIsNotMadeUpFor) {
  timetable_.Set(kApp, {Sei(100, "a")}, now_);
  EXPECT_THAT(After(150), ElementsAre("a"));
  EXPECT_EQ(timetable_.next(), now_ + milliseconds(50)) << "no drift";
  EXPECT_THAT(After(1'000), ElementsAre("a")) << "once, however late";
  EXPECT_EQ(timetable_.next(), now_ + milliseconds(100));
}

TEST_F(EventTimetableTest, TextsHaveTheTimeAndEachItsSeries) {
  PeriodicEvent key = Sei(100, "t ${EpochTime}");
  key.key_frame_only = true;
  timetable_.Set(kApp, {key, Sei(100, "u")}, now_);
  EXPECT_THAT(After(100), ElementsAre("t 1700000000123", "u"));
  EXPECT_EQ(taken_[0].stream_name, "cam*");
  EXPECT_EQ(taken_[0].app, kApp);
  EXPECT_TRUE(taken_[0].event->key_frame_only);
  EXPECT_FALSE(taken_[1].event->key_frame_only);
  const uint32_t series = taken_[0].event->series;
  EXPECT_NE(series, 0U);
  EXPECT_NE(taken_[1].event->series, series);
  After(100);
  EXPECT_EQ(taken_[0].event->series, series);
}

TEST_F(EventTimetableTest, OthersTakeTheirPlace) {
  timetable_.Set(kApp, {Sei(1'000, "a"), Sei(1'000, "b")}, now_);
  timetable_.Set(kOther, {Sei(1'000, "o")}, now_);
  EXPECT_THAT(After(900), IsEmpty());
  timetable_.Set(kApp, {Sei(500, "c")}, now_);
  EXPECT_THAT(After(100), ElementsAre("o"));
  EXPECT_THAT(After(400), ElementsAre("c"));
  timetable_.Remove(kApp);
  timetable_.Remove(kOther);
  EXPECT_FALSE(timetable_.next());
  EXPECT_THAT(After(5'000), IsEmpty());
}

TEST_F(EventTimetableTest, WhatHasNoEffectIsNotSent) {
  timetable_.Set(kApp,
                 {{.stream_name = "*",
                   .interval = milliseconds(100),
                   .body = {{"eventFormat", "cue"}, {"events", {{{"cueType", "cont"}}}}}}},
                 now_);
  EXPECT_THAT(After(100), IsEmpty());
  EXPECT_EQ(timetable_.next(), now_ + milliseconds(100));
}

}  // namespace
}  // namespace weir::origin

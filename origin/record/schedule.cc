#include "origin/record/schedule.h"

#include <chrono>
#include <ctime>

#include "base/text.h"

namespace weir::record {
namespace {

/// Whole seconds of local time, of which one day at most lies between two instants.
constexpr int kSecondsMax = 86'400 + 7'200;  // two hours more, for clocks put back

std::tm LocalTime(std::time_t time) {
  std::tm local{};
  ::localtime_r(&time, &local);
  return local;
}

}  // namespace

std::optional<Schedule::Field> Schedule::ReadField(std::string_view text, int end) {
  if (text == "*") return Field{};
  const bool every = text.starts_with("*/");
  if (every) text.remove_prefix(2);
  const std::optional<int> number = ReadNumber<int>(text);
  if (!number || *number < (every ? 1 : 0) || *number >= end || text.front() == '-')
    return std::nullopt;
  return every ? Field{.every = *number} : Field{.number = *number};
}

std::optional<Schedule> Schedule::Read(std::string_view text) {
  Schedule schedule;
  schedule.text_ = text;
  const std::optional<Field> second = ReadField(TakeUntil(text, ' '), 60);
  const std::optional<Field> minute = ReadField(TakeUntil(text, ' '), 60);
  const std::optional<Field> hour = ReadField(text, 24);
  if (!second || !minute || !hour) return std::nullopt;
  schedule.second_ = *second;
  schedule.minute_ = *minute;
  schedule.hour_ = *hour;
  return schedule;
}

UtcTime Schedule::NextAfter(UtcTime time) const {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  std::time_t candidate = whole.time_since_epoch().count() + 1;
  const std::time_t last = candidate + kSecondsMax;
  while (candidate < last) {
    const std::tm local = LocalTime(candidate);
    if (!hour_.Matches(local.tm_hour)) {
      candidate += 3'600 - local.tm_min * 60 - local.tm_sec;
    } else if (!minute_.Matches(local.tm_min)) {
      candidate += 60 - local.tm_sec;
    } else if (!second_.Matches(local.tm_sec)) {
      ++candidate;
    } else {
      break;
    }
  }
  return UtcTime(std::chrono::seconds(candidate));
}

}  // namespace weir::record

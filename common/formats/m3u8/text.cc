#include "formats/m3u8/text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

namespace weir::m3u8 {
namespace {

/// Year 9999: later dates have no four-digit year.
constexpr int64_t kSecondsMax = 253'402'300'799;

}  // namespace

void AppendSeconds(std::string& out, std::chrono::microseconds duration) {
  const int64_t count = std::max<int64_t>(duration.count(), 0);
  fmt::format_to(std::back_inserter(out), "{}.{:06}", count / 1'000'000, count % 1'000'000);
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) {
    return c != '"' && static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
  });
  out += '"';
}

void AppendDate(std::string& out, UtcTime time) {
  using std::chrono::days;
  using std::chrono::floor;
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  const std::chrono::sys_time<milliseconds> shown(
      std::clamp(floor<milliseconds>(time.time_since_epoch()), milliseconds(0),
                 milliseconds(seconds(kSecondsMax))));
  const auto day = floor<days>(shown);
  const std::chrono::year_month_day date(day);
  const auto in_day = (shown - day).count();
  fmt::format_to(std::back_inserter(out), "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                 static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                 static_cast<unsigned>(date.day()), in_day / 3'600'000, in_day / 60'000 % 60,
                 in_day / 1'000 % 60, in_day % 1'000);
}

}  // namespace weir::m3u8

#include "base/local_time.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <utility>

#include <fmt/format.h>

namespace weir {
namespace {

std::tm LocalTime(UtcTime time) {
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  std::tm local{};
  ::localtime_r(&seconds, &local);
  return local;
}

}  // namespace

std::string FormatLocal(UtcTime time, std::string_view format) {
  const std::tm local = LocalTime(time);
  const std::array<std::pair<std::string_view, std::string>, 6> parts = {{
      {"YYYY", fmt::format("{:04}", local.tm_year + 1900)},
      {"MM", fmt::format("{:02}", local.tm_mon + 1)},
      {"DD", fmt::format("{:02}", local.tm_mday)},
      {"hh", fmt::format("{:02}", local.tm_hour)},
      {"mm", fmt::format("{:02}", local.tm_min)},
      {"ss", fmt::format("{:02}", local.tm_sec)},
  }};
  std::string text;
  while (!format.empty()) {
    bool replaced = false;
    for (const auto& [letters, value] : parts) {
      if (!format.starts_with(letters)) continue;
      text += value;
      format.remove_prefix(letters.size());
      replaced = true;
      break;
    }
    if (replaced) continue;
    text += format.front();
    format.remove_prefix(1);
  }
  return text;
}

std::string IsoLocal(UtcTime time, bool colon) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  return fmt::format("{}.{:03}{}", FormatLocal(time, "YYYY-MM-DDThh:mm:ss"), millis.count() % 1000,
                     LocalOffset(time, colon));
}

std::string LocalOffset(UtcTime time, bool colon) {
  const std::tm local = LocalTime(time);
  const long minutes = std::labs(local.tm_gmtoff) / 60;
  return fmt::format("{}{:02}{}{:02}", local.tm_gmtoff < 0 ? '-' : '+', minutes / 60,
                     colon ? ":" : "", minutes % 60);
}

std::string LocalZone(UtcTime time) {
  return LocalTime(time).tm_zone;
}

}  // namespace weir

#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "base/clock.h"

namespace weir::http {

/// The machine's wall clock.
UtcTime SystemUtc();

/// As Date and Last-Modified carry it (RFC 9110, 5.6.7): "Sun, 06 Nov 1994 08:49:37 GMT".
std::string FormatDate(UtcTime time);

/// The Date field's value, rendered once a second however often it is asked for.
///
/// Thread: one.
class DateCache {
 public:
  explicit DateCache(std::function<UtcTime()> utc_now) : utc_now_(std::move(utc_now)) {}

  /// Valid until the next call.
  const std::string& Text();

 private:
  std::function<UtcTime()> utc_now_;
  std::chrono::sys_seconds second_{};
  std::string text_;
};

}  // namespace weir::http

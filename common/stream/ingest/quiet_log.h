#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/log.h"

namespace weir::stream {

/// Warnings about one kind of trouble of one stream: a line at most every 10 s, which says how many
/// it stands for.
class QuietLog {
 public:
  explicit QuietLog(std::string subject) : subject_(std::move(subject)) {}

  template <class... Args>
  void Warn(UtcTime now, fmt::format_string<Args...> format, Args&&... args) {
    ++unsaid_;
    if (last_ && now >= *last_ && now - *last_ < kPause) return;
    last_ = now;
    const uint64_t times = std::exchange(unsaid_, 0);
    const std::string message = fmt::format(format, std::forward<Args>(args)...);
    if (times > 1) {
      log::Warn("ingest", subject_, "{} ({} times)", message, times);
    } else {
      log::Warn("ingest", subject_, "{}", message);
    }
  }

 private:
  static constexpr std::chrono::seconds kPause{10};

  const std::string subject_;
  std::optional<UtcTime> last_;
  uint64_t unsaid_ = 0;
};

}  // namespace weir::stream

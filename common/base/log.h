#pragma once

#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace weir::log {

enum class Level { kDebug, kInfo, kWarn, kError };

enum class Format { kText, kJson };

/// Sets how and from which level on lines are written to standard output. Call once, before the
/// first thread starts; without it lines from kInfo on are written as text.
void Configure(Level from, Format format);

bool IsOn(Level level);

/// Writes one line: time, level, component, subject, message. Callable from any thread.
///
/// `subject` is what the event is about: a stream's path ("default/app/stream"), or a peer's
/// address, or empty. Control characters in any part are escaped, so that one event is one line.
/// Never pass a secret.
void Line(Level level, std::string_view component, std::string_view subject,
          std::string_view message);

template <class... Args>
void Debug(std::string_view component, std::string_view subject, fmt::format_string<Args...> format,
           Args&&... args) {
  if (!IsOn(Level::kDebug)) return;
  Line(Level::kDebug, component, subject, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void Info(std::string_view component, std::string_view subject, fmt::format_string<Args...> format,
          Args&&... args) {
  Line(Level::kInfo, component, subject, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void Warn(std::string_view component, std::string_view subject, fmt::format_string<Args...> format,
          Args&&... args) {
  Line(Level::kWarn, component, subject, fmt::format(format, std::forward<Args>(args)...));
}

template <class... Args>
void Err(std::string_view component, std::string_view subject, fmt::format_string<Args...> format,
         Args&&... args) {
  Line(Level::kError, component, subject, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace weir::log

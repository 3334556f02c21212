#include "base/log.h"

#include <chrono>
#include <ctime>
#include <memory>
#include <string>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace weir::log {
namespace {

struct Settings {
  Level from = Level::kInfo;
  Format format = Format::kText;
  std::shared_ptr<spdlog::logger> logger = MakeLogger();

  static std::shared_ptr<spdlog::logger> MakeLogger() {
    auto logger =
        std::make_shared<spdlog::logger>("weir", std::make_shared<spdlog::sinks::stdout_sink_mt>());
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);
    return logger;
  }
};

// A process has one standard output, so this is its one owner.
Settings& TheSettings() {
  static Settings settings;
  return settings;
}

constexpr std::string_view NameOf(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "?";
}

/// So that nothing a peer sends can end a line, or a JSON string.
std::string Escaped(std::string_view text, bool quotes) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      escaped += quotes ? fmt::format("\\u{:04x}", byte) : fmt::format("\\x{:02x}", byte);
    } else {
      if (quotes && (c == '"' || c == '\\')) escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

std::string Now() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
  std::tm utc{};
  gmtime_r(&time, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     (now - seconds).count());
}

}  // namespace

void Configure(Level from, Format format) {
  TheSettings().from = from;
  TheSettings().format = format;
}

bool IsOn(Level level) {
  return level >= TheSettings().from;
}

void Line(Level level, std::string_view component, std::string_view subject,
          std::string_view message) {
  if (!IsOn(level)) return;
  const Settings& settings = TheSettings();
  if (settings.format == Format::kJson) {
    settings.logger->info(
        R"({{"time":"{}","level":"{}","component":"{}","subject":"{}","message":"{}"}})", Now(),
        NameOf(level), Escaped(component, true), Escaped(subject, true), Escaped(message, true));
    return;
  }
  settings.logger->info("{} {:<5} {} [{}] {}", Now(), NameOf(level), Escaped(component, false),
                        Escaped(subject, false), Escaped(message, false));
}

}  // namespace weir::log

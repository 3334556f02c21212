#include "http/access_line.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"

namespace weir::http {
namespace {

// The last names of a path: application, stream and file. A token stands in front of them.
constexpr size_t kNamesKept = 3;
constexpr std::string_view kTokenStart = "t~";

constexpr size_t kTargetMax = 1024;
constexpr size_t kUserAgentMax = 256;

std::string_view TextOf(Version version) {
  switch (version) {
    case Version::kHttp10:
      return "HTTP/1.0";
    case Version::kHttp11:
      return "HTTP/1.1";
    case Version::kHttp2:
      return "HTTP/2.0";
  }
  return "-";
}

std::string TimeText(std::chrono::sys_seconds time) {
  constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::hh_mm_ss clock(time - days);
  return fmt::format("{:02}/{}/{:04}:{:02}:{:02}:{:02} +0000", static_cast<unsigned>(date.day()),
                     kMonths.at(static_cast<unsigned>(date.month()) - 1),
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

/// So that nothing a client sends can end a field or a line.
void AppendEscaped(std::string_view text, std::string& line) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') {
      fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
}

std::string MaskedPath(std::string_view path) {
  const auto names = static_cast<size_t>(std::count(path.begin(), path.end(), '/'));
  std::string masked;
  size_t number = 0;
  // What stands before the first '/', which must be nothing.
  masked += TakeUntil(path, '/');
  for (; number < names; ++number) {
    const std::string_view name = TakeUntil(path, '/');
    const bool hidden = number + kNamesKept < names || name.starts_with(kTokenStart);
    masked += '/';
    masked += hidden ? "*" : name;
  }
  return masked;
}

}  // namespace

std::string LoggedTarget(std::string_view target) {
  target = target.substr(0, kTargetMax);
  std::string_view query = target;
  std::string logged = MaskedPath(TakeUntil(query, '?'));
  char separator = '?';
  while (!query.empty()) {
    const std::string_view parameter = TakeUntil(query, '&');
    if (!parameter.starts_with("_HLS_")) continue;
    logged += separator;
    logged += parameter;
    separator = '&';
  }
  return logged;
}

AccessEntry AccessEntryOf(const Request& request) {
  return {.client = std::string(request.client()),
          .method = request.method,
          .target = LoggedTarget(request.target),
          .version = request.version,
          .user_agent = std::string(request.Field("User-Agent").substr(0, kUserAgentMax))};
}

void AccessLineWriter::Append(const AccessEntry& entry, UtcTime now, std::string& lines) {
  const auto second = std::chrono::floor<std::chrono::seconds>(now);
  if (time_.empty() || second != second_) {
    second_ = second;
    time_ = TimeText(second);
  }
  fmt::format_to(std::back_inserter(lines), "{} - - [{}] \"", entry.client, time_);
  AppendEscaped(entry.method, lines);
  lines += ' ';
  AppendEscaped(entry.target, lines);
  fmt::format_to(std::back_inserter(lines), " {}\" {} {} \"-\" \"", TextOf(entry.version),
                 entry.status, entry.body_bytes);
  if (entry.user_agent.empty()) lines += '-';
  AppendEscaped(entry.user_agent, lines);
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(entry.took).count();
  fmt::format_to(std::back_inserter(lines), "\" {}.{:03}\n", micros / 1'000'000,
                 micros / 1'000 % 1'000);
}

}  // namespace weir::http

#include "origin/record/path_template.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "base/local_time.h"
#include "base/text.h"

namespace weir::record {
namespace {

constexpr size_t kPathMax = 1024;
constexpr size_t kPartMax = 200;  // leaves room for what makes a name unique

std::string OnePart(std::string value) {
  std::ranges::replace(value, '/', '_');
  // Must not read as a macro later: what is only known at the end is replaced then.
  std::ranges::replace(value, '$', '_');
  return value;
}

std::optional<std::string> TimeOf(const std::optional<UtcTime>& time, std::string_view macro,
                                  std::string_view name) {
  if (!time || !macro.starts_with(name)) return std::nullopt;
  macro.remove_prefix(name.size());
  if (macro.empty()) return FormatLocal(*time, "YYYYMMDDhhmmss");
  if (macro.front() != ':') return std::nullopt;
  return OnePart(FormatLocal(*time, macro.substr(1)));
}

/// What stands between "${" and "}"; nothing where it is unknown.
std::optional<std::string> ValueOf(std::string_view macro, const PathValues& values) {
  if (macro == "TransactionId") return OnePart(values.transaction_id);
  if (macro == "Id") return OnePart(values.id);
  if (macro == "VirtualHost") return OnePart(values.vhost);
  if (macro == "Application") return OnePart(values.app);
  if (macro == "SourceStream") return OnePart(values.source_stream);
  if (macro == "Stream") return OnePart(values.stream);
  if (macro == "Sequence") return fmt::format("{}", values.sequence);
  if (auto start = TimeOf(values.start, macro, "StartTime")) return start;
  return TimeOf(values.end, macro, "EndTime");
}

bool IsName(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && part.size() <= kPartMax &&
         std::ranges::none_of(
             part, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::string Expand(std::string_view path, const PathValues& values) {
  std::string expanded;
  while (!path.empty()) {
    const size_t begin = path.find("${");
    expanded += path.substr(0, begin);
    if (begin == std::string_view::npos) break;
    path.remove_prefix(begin);
    const size_t end = path.find('}');
    if (end == std::string_view::npos) return expanded.append(path);
    const auto value = ValueOf(path.substr(2, end - 2), values);
    expanded += value ? *value : std::string(path.substr(0, end + 1));
    path.remove_prefix(end + 1);
  }
  return expanded;
}

Result<std::string> PathBelow(std::string_view root, std::string_view path) {
  while (root.ends_with('/'))
    root.remove_suffix(1);
  if (!root.empty() && path.starts_with(root) && path.substr(root.size()).starts_with('/'))
    path.remove_prefix(root.size());
  std::string below;
  while (!path.empty()) {
    const std::string_view part = TakeUntil(path, '/');
    if (part.empty() && below.empty()) continue;  // before the first name
    if (!IsName(part))
      return Fail(ErrorCode::kRefused,
                  "the path leads out of its folder, or has a part that is no name");
    if (!below.empty()) below += '/';
    below += part;
  }
  if (below.empty() || below.size() > kPathMax)
    return Fail(ErrorCode::kRefused, "the path is empty or too long");
  return below;
}

}  // namespace weir::record

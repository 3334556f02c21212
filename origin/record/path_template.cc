#include "origin/record/path_template.h"

#include <fmt/format.h>

#include "base/local_time.h"
#include "origin/files/path_template.h"

namespace weir::record {
namespace {

using files::AsOnePart;

std::optional<std::string> TimeOf(const std::optional<UtcTime>& time, std::string_view macro,
                                  std::string_view name) {
  if (!time || !macro.starts_with(name)) return std::nullopt;
  macro.remove_prefix(name.size());
  if (macro.empty()) return FormatLocal(*time, "YYYYMMDDhhmmss");
  if (macro.front() != ':') return std::nullopt;
  return AsOnePart(FormatLocal(*time, macro.substr(1)));
}

/// What stands between "${" and "}"; nothing where it is unknown.
std::optional<std::string> ValueOf(std::string_view macro, const PathValues& values) {
  if (macro == "TransactionId") return AsOnePart(values.transaction_id);
  if (macro == "Id") return AsOnePart(values.id);
  if (macro == "VirtualHost") return AsOnePart(values.vhost);
  if (macro == "Application") return AsOnePart(values.app);
  if (macro == "SourceStream") return AsOnePart(values.source_stream);
  if (macro == "Stream") return AsOnePart(values.stream);
  if (macro == "Sequence") return fmt::format("{}", values.sequence);
  if (auto start = TimeOf(values.start, macro, "StartTime")) return start;
  return TimeOf(values.end, macro, "EndTime");
}

}  // namespace

std::string Expand(std::string_view path, const PathValues& values) {
  return files::ExpandMacros(path,
                             [&values](std::string_view macro) { return ValueOf(macro, values); });
}

}  // namespace weir::record

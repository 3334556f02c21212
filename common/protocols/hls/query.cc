#include "protocols/hls/query.h"

#include <algorithm>
#include <charconv>

#include "http/query.h"

namespace weir::hls {
namespace {

/// Decimal digits only, below ten to the `digits_max`.
std::optional<int64_t> ReadNumber(std::string_view text, size_t digits_max) {
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || text.size() > digits_max || !digits) return std::nullopt;
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

Result<Directives> ReadDirectives(std::string_view query, std::string_view defaults) {
  const http::Query parameters(query);
  Directives directives;
  if (const auto msn = parameters.Get("_HLS_msn")) {
    directives.msn = ReadNumber(*msn, 18);
    if (!directives.msn) return Fail(ErrorCode::kMalformed, "_HLS_msn is no segment number");
  }
  if (const auto part = parameters.Get("_HLS_part")) {
    const auto number = ReadNumber(*part, 9);
    if (!number) return Fail(ErrorCode::kMalformed, "_HLS_part is no part number");
    if (!directives.msn) return Fail(ErrorCode::kMalformed, "_HLS_part stands without _HLS_msn");
    directives.part = static_cast<int>(*number);
  }
  const auto skip = parameters.Get("_HLS_skip");
  if (skip == "YES") directives.skip = m3u8::Skip::kSegments;
  if (skip == "v2") directives.skip = m3u8::Skip::kDateRanges;
  const http::Query fallback(defaults);
  const auto is_set = [&](std::string_view name) {
    const auto value = parameters.Get(name);
    return (value ? value : fallback.Get(name)) == "YES";
  };
  directives.legacy = is_set("_HLS_legacy");
  directives.rewind = is_set("_HLS_rewind");
  return directives;
}

}  // namespace weir::hls

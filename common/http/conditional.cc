#include "http/conditional.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "http/fields.h"
#include "http/shared_fields.h"
#include "http/text_response.h"

namespace weir::http {
namespace {

std::string_view WithoutWeakMark(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

/// "bytes=first-last", "bytes=first-" or "bytes=-suffix", before the size is known.
struct ByteRange {
  std::optional<uint64_t> first;
  std::optional<uint64_t> last;
};

/// All digits, and not more than fits; what is larger than any body counts as the largest number.
std::optional<uint64_t> ReadNumber(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  uint64_t number = UINT64_MAX;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<ByteRange> ReadRange(std::string_view field) {
  constexpr std::string_view kUnit = "bytes=";
  if (field.size() < kUnit.size() || !SameWord(field.substr(0, kUnit.size()), kUnit)) return {};
  const std::string_view range = Trimmed(field.substr(kUnit.size()));
  const size_t dash = range.find('-');
  if (dash == std::string_view::npos) return {};
  const std::string_view first = range.substr(0, dash);
  const std::string_view last = range.substr(dash + 1);
  const ByteRange read{.first = ReadNumber(first), .last = ReadNumber(last)};
  if ((!first.empty() && !read.first) || (!last.empty() && !read.last)) return {};
  if (!read.first && !read.last) return {};
  if (read.first && read.last && *read.last < *read.first) return {};
  return read;
}

void AnswerUnsatisfiable(Response& response, size_t size) {
  response.Unshare();
  for (const std::string_view name : {"Cache-Control", "ETag", "Content-Type", "Last-Modified"}) {
    RemoveField(response.fields, name);
  }
  Response refusal = TextResponse(416, "the range lies outside of the file");
  response.status = refusal.status;
  response.body = std::move(refusal.body);
  std::move(refusal.fields.begin(), refusal.fields.end(), std::back_inserter(response.fields));
  response.fields.emplace_back("Content-Range", fmt::format("bytes */{}", size));
}

void ApplyRange(const ByteRange& range, Response& response) {
  const uint64_t size = response.body.size();
  const uint64_t first = range.first ? *range.first : size - std::min(size, *range.last);
  const uint64_t last = range.first && range.last ? std::min(*range.last, size - 1) : size - 1;
  if (first >= size) return AnswerUnsatisfiable(response, size);
  response.status = 206;
  response.body = response.body.Slice(first, last - first + 1);
  response.fields.emplace_back("Content-Range", fmt::format("bytes {}-{}/{}", first, last, size));
}

/// A range is only of use to whoever has the rest of the same bytes (RFC 9110, 13.1.5). Dates do
/// not prove that.
bool RangeStands(std::string_view if_range, std::string_view etag) {
  return if_range.empty() || (if_range == etag && !etag.starts_with("W/"));
}

}  // namespace

Conditions ConditionsOf(const Request& request) {
  const bool head = request.method == "HEAD";
  Conditions conditions{.get = head || request.method == "GET", .head = head};
  const std::string_view if_none_match = request.Field("If-None-Match");
  const std::string_view range = request.Field("Range");
  if (if_none_match.empty() && range.empty()) return conditions;
  conditions.fields = std::make_unique<const Conditions::Fields>(
      Conditions::Fields{.if_none_match = std::string(if_none_match),
                         .if_range = std::string(request.Field("If-Range")),
                         .range = std::string(range)});
  return conditions;
}

bool NamesEtag(std::string_view if_none_match, std::string_view etag) {
  while (const auto named = NextElement(if_none_match)) {
    if (*named == "*" || WithoutWeakMark(*named) == WithoutWeakMark(etag)) return true;
  }
  return false;
}

void ApplyConditions(const Conditions& conditions, Response& response) {
  static const SharedFieldsPtr accept_ranges = ShareFields({{"Accept-Ranges", "bytes"}});
  if (!conditions.get || response.status != 200) return;
  const Conditions::Fields* const fields = conditions.fields.get();
  if (fields != nullptr && !fields->if_none_match.empty()) {
    const std::string_view etag = response.Field("ETag");
    if (!etag.empty() && NamesEtag(fields->if_none_match, etag)) {
      response.status = 304;
      response.body = {};
      response.Unshare();
      RemoveField(response.fields, "Content-Type");
      RemoveField(response.fields, "Content-Encoding");
      return;
    }
  }
  if (!response.ranges) return;
  response.Share(accept_ranges);
  if (conditions.head || fields == nullptr || fields->range.empty()) return;
  if (!RangeStands(fields->if_range, response.Field("ETag"))) return;
  if (const auto range = ReadRange(fields->range)) ApplyRange(*range, response);
}

}  // namespace weir::http

#include "origin/files/path_template.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace weir::files {
namespace {

constexpr size_t kPathMax = 1024;
constexpr size_t kPartMax = 200;  // leaves room for what makes a name unique

bool IsName(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && part.size() <= kPartMax &&
         std::ranges::none_of(
             part, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

std::string ExpandMacros(std::string_view path, const MacroValue& value_of) {
  std::string expanded;
  while (!path.empty()) {
    const size_t begin = path.find("${");
    expanded += path.substr(0, begin);
    if (begin == std::string_view::npos) break;
    path.remove_prefix(begin);
    const size_t end = path.find('}');
    if (end == std::string_view::npos) return expanded.append(path);
    const auto value = value_of(path.substr(2, end - 2));
    expanded += value ? *value : std::string(path.substr(0, end + 1));
    path.remove_prefix(end + 1);
  }
  return expanded;
}

std::string AsOnePart(std::string value) {
  std::ranges::replace(value, '/', '_');
  // Must not read as a macro later: what is only known at the end is replaced then.
  std::ranges::replace(value, '$', '_');
  return value;
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

}  // namespace weir::files

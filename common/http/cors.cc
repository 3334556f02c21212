#include "http/cors.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace weir::http {
namespace {

/// "*" is any number of characters, "?" is one. Linear but for the last "*", which starts over.
bool Matches(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool Allows(std::string_view pattern, std::string_view origin) {
  if (pattern.find("://") != std::string_view::npos) return Matches(pattern, origin);
  const size_t scheme_end = origin.find("://");
  if (scheme_end == std::string_view::npos) return pattern == origin;  // "null"
  const std::string_view scheme = origin.substr(0, scheme_end);
  return (scheme == "http" || scheme == "https") && Matches(pattern, origin.substr(scheme_end + 3));
}

}  // namespace

CrossDomains::CrossDomains(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {
  all_ = std::find(patterns_.begin(), patterns_.end(), "*") != patterns_.end();
}

std::string_view CrossDomains::Allow(std::string_view origin) const {
  if (all_) return "*";
  for (const std::string& pattern : patterns_) {
    if (!origin.empty() && Allows(pattern, origin)) return origin;
  }
  return {};
}

}  // namespace weir::http

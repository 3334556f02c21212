#include "origin/api/routes.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "http/query.h"

namespace weir::api {
namespace {

/// A path without its action, and the action with its colon.
std::pair<std::string_view, std::string_view> SplitAction(std::string_view path) {
  const size_t colon = path.rfind(':');
  const size_t slash = path.rfind('/');
  if (colon == std::string_view::npos || (slash != std::string_view::npos && colon < slash))
    return {path, {}};
  return {path.substr(0, colon), path.substr(colon)};
}

std::string Shape(std::string_view method, std::string_view path, std::string_view action) {
  return fmt::format("{} {}{}", method, std::count(path.begin(), path.end(), '/'), action);
}

bool IsVariable(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// A name of a path: one that is empty, or would be more than one segment, is none.
std::optional<std::string> ReadName(std::string_view segment) {
  auto name = http::PercentDecode(segment);
  if (!name || name->empty() || name->find('/') != std::string::npos) return std::nullopt;
  return name;
}

bool Fits(std::string_view pattern, std::string_view path, Routes::Match& match) {
  while (!pattern.empty()) {
    const std::string_view expected = TakeUntil(pattern, '/');
    const std::string_view segment = TakeUntil(path, '/');
    if (!IsVariable(expected)) {
      if (expected != segment) return false;
      continue;
    }
    auto name = ReadName(segment);
    if (!name) return false;
    match.names.emplace(expected.substr(1, expected.size() - 2), *std::move(name));
  }
  return path.empty();
}

}  // namespace

void Routes::Add(Route route, Handler handler) {
  const auto [path, action] = SplitAction(route.pattern);
  for (const Entry& entry : entries_)
    WEIR_CHECK(entry.route.method != route.method || entry.route.pattern != route.pattern);
  by_shape_.emplace(Shape(route.method, path, action), entries_.size());
  entries_.push_back({.route = std::move(route), .handler = std::move(handler)});
}

Routes::Match Routes::Find(std::string_view method, std::string_view path) const {
  const std::string_view asked = method == "HEAD" ? "GET" : method;
  const auto [name, action] = SplitAction(path);
  if (!action.empty()) {
    Match match = FindExact(asked, name, action);
    if (match.entry != nullptr) return match;
  }
  return FindExact(asked, path, {});
}

Routes::Match Routes::FindExact(std::string_view method, std::string_view path,
                                std::string_view action) const {
  const auto [first, last] = by_shape_.equal_range(Shape(method, path, action));
  for (auto one = first; one != last; ++one) {
    const Entry& entry = entries_[one->second];
    Match match{.entry = &entry, .names = {}};
    if (Fits(SplitAction(entry.route.pattern).first, path, match)) return match;
  }
  return {};
}

}  // namespace weir::api

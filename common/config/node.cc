#include "config/node.h"

#include <charconv>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

namespace weir::config {
namespace {

constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 30);

/// Reads all of `text` as a number, or nothing.
template <class T>
bool ReadAll(std::string_view text, T& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  return error == std::errc() && stop == end && !text.empty();
}

}  // namespace

const Node* Node::Find(std::string_view path) const {
  const Node* node = this;
  while (node != nullptr && !path.empty()) {
    const size_t slash = path.find('/');
    node = node->Child(path.substr(0, slash));
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  return node;
}

Result<std::string> Node::Text(std::string_view child, std::string fallback) const {
  const Node* node = Child(child);
  if (node == nullptr) return fallback;
  return node->text();
}

Result<int64_t> Node::Integer(std::string_view child, int64_t fallback, int64_t min,
                              int64_t max) const {
  const Node* node = Child(child);
  if (node == nullptr) return fallback;
  const std::string text = node->text();
  int64_t value = 0;
  if (!ReadAll(text, value)) return node->Wrong(fmt::format("'{}' is not a whole number", text));
  if (value < min || value > max)
    return node->Wrong(fmt::format("{} is not between {} and {}", value, min, max));
  return value;
}

Result<double> Node::Number(std::string_view child, double fallback, double min, double max) const {
  const Node* node = Child(child);
  if (node == nullptr) return fallback;
  const std::string text = node->text();
  double value = 0;
  if (!ReadAll(text, value)) return node->Wrong(fmt::format("'{}' is not a number", text));
  // Written so that "nan", which from_chars accepts, is outside.
  if (!(value >= min && value <= max))
    return node->Wrong(fmt::format("{} is not between {} and {}", text, min, max));
  return value;
}

Result<bool> Node::Flag(std::string_view child, bool fallback) const {
  const Node* node = Child(child);
  if (node == nullptr) return fallback;
  const std::string text = node->text();
  if (text == "true") return true;
  if (text == "false") return false;
  return node->Wrong(fmt::format("'{}' is neither true nor false", text));
}

Result<std::chrono::milliseconds> Node::Millis(std::string_view child,
                                               std::chrono::milliseconds fallback) const {
  const Result<int64_t> value = Integer(child, fallback.count(), 0, kLongest.count());
  if (!value) return tl::unexpected(value.error());
  return std::chrono::milliseconds(*value);
}

std::string Node::FilePath(std::string_view child) const {
  const Node* given = Child(child);
  if (given == nullptr || given->text().empty()) return {};
  const std::string place = given->where();
  const std::filesystem::path file = place.substr(0, place.rfind(':'));
  return (file.parent_path() / given->text()).string();
}

Result<std::string> Node::EnabledPath() const {
  const Result<bool> enabled = Flag("Enable", false);
  if (!enabled) return tl::unexpected(enabled.error());
  std::string path = FilePath("Path");
  if (!*enabled) return std::string();
  if (path.empty()) return Wrong("it is enabled, and has no Path");
  return path;
}

tl::unexpected<Error> Node::Wrong(std::string message) const {
  return Fail(ErrorCode::kMalformed, fmt::format("{}: {}: {}", where(), path(), message));
}

}  // namespace weir::config

#include "config/macros.h"

#include <optional>

#include <fmt/format.h>

namespace weir::config {
namespace {

constexpr std::string_view kOpening = "${";
constexpr std::string_view kEnvironment = "env:";
constexpr std::string_view kPlaces = "ome:";

/// "NAME" or "NAME:default"
Result<std::string> Variable(std::string_view words, const Environment& environment) {
  const size_t colon = words.find(':');
  const std::string name(words.substr(0, colon));
  if (name.empty()) return Fail(ErrorCode::kMalformed, "${env:} names no variable");
  std::optional<std::string> value = environment.variable(name);
  if (value) return *std::move(value);
  if (colon == std::string_view::npos) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("the environment variable {} is not set, and no default stands behind "
                            "it as in ${{env:{}:default}}",
                            name, name));
  }
  const std::string_view fallback = words.substr(colon + 1);
  if (fallback.find(kOpening) != std::string_view::npos)
    return Fail(ErrorCode::kMalformed, "a macro within a macro");
  return std::string(fallback);
}

Result<std::string> Place(std::string_view name, const Environment& environment,
                          const std::filesystem::path& folder) {
  if (name == "Home") return environment.home.string();
  if (name == "CurrentPath") return folder.string();
  return Fail(ErrorCode::kMalformed, fmt::format("no such macro: ${{ome:{}}}", name));
}

/// What stands between the braces; macros of other readers come back as they were.
Result<std::string> Replacement(std::string_view inside, const Environment& environment,
                                const std::filesystem::path& folder) {
  if (inside.starts_with(kEnvironment))
    return Variable(inside.substr(kEnvironment.size()), environment);
  if (inside.starts_with(kPlaces)) return Place(inside.substr(kPlaces.size()), environment, folder);
  return fmt::format("${{{}}}", inside);
}

bool IsOurs(std::string_view inside) {
  return inside.starts_with(kEnvironment) || inside.starts_with(kPlaces);
}

}  // namespace

Result<std::string> ReplaceMacros(std::string_view text, const Environment& environment,
                                  const std::filesystem::path& folder, size_t size_max) {
  std::string out;
  while (true) {
    const size_t opening = text.find(kOpening);
    out += text.substr(0, opening);
    if (opening == std::string_view::npos) break;
    text.remove_prefix(opening + kOpening.size());
    const size_t closing = text.find('}');
    if (closing == std::string_view::npos) {
      if (IsOurs(text)) return Fail(ErrorCode::kMalformed, "a macro without its closing brace");
      out += kOpening;
      continue;
    }
    Result<std::string> value = Replacement(text.substr(0, closing), environment, folder);
    if (!value) return value;
    out += *value;
    if (out.size() > size_max) break;
    text.remove_prefix(closing + 1);
  }
  if (out.size() > size_max)
    return Fail(ErrorCode::kLimitExceeded, fmt::format("a value of over {} bytes", size_max));
  return out;
}

}  // namespace weir::config

#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace weir {

/// Takes what stands before the first `separator`, and it, off the front; all where there is none.
inline std::string_view TakeUntil(std::string_view& text, char separator) {
  const std::string_view taken = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(taken.size() + 1, text.size()));
  return taken;
}

/// What stands between commas, without the space around it; empty pieces are left out.
inline std::vector<std::string> SplitNames(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::vector<std::string> names;
  while (!text.empty()) {
    const std::string_view piece = TakeUntil(text, ',');
    const size_t begin = piece.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) continue;
    names.emplace_back(piece.substr(begin, piece.find_last_not_of(kSpace) - begin + 1));
  }
  return names;
}

/// `text` with `value` for each `macro`; what `value` brings in is left alone.
inline std::string ReplaceAll(std::string text, std::string_view macro, std::string_view value) {
  for (size_t at = text.find(macro); at != std::string::npos;
       at = text.find(macro, at + value.size()))
    text.replace(at, macro.size(), value);
  return text;
}

/// All of `text` as a decimal number, as std::from_chars has it: leading zeros and, where the type
/// has them, negative numbers included. Nothing where it is none, or does not fit.
template <class Number>
std::optional<Number> ReadNumber(std::string_view text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return std::nullopt;
  return number;
}

}  // namespace weir

#include "http/query.h"

#include <cstdint>

#include "base/text.h"

namespace weir::http {
namespace {

std::optional<uint8_t> HexDigit(char c) {
  if (c >= '0' && c <= '9') return static_cast<uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

/// The byte that the three characters at `at` stand for; nothing where they are no escape.
std::optional<char> EscapeAt(std::string_view text, size_t at) {
  if (text[at] != '%' || text.size() - at < 3) return std::nullopt;
  const auto high = HexDigit(text[at + 1]);
  const auto low = HexDigit(text[at + 2]);
  if (!high || !low) return std::nullopt;
  return static_cast<char>(*high << 4 | *low);
}

std::string DecodeLeniently(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    const auto escape = EscapeAt(text, at);
    if (escape) at += 2;
    decoded += escape ? *escape : text[at] == '+' ? ' ' : text[at];
  }
  return decoded;
}

bool IsControl(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return byte < 0x20 || byte == 0x7f;
}

}  // namespace

std::optional<std::string> PercentDecode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '%') {
      const auto escape = EscapeAt(text, at);
      if (!escape) return std::nullopt;
      c = *escape;
      at += 2;
    }
    if (IsControl(c)) return std::nullopt;
    decoded += c;
  }
  return decoded;
}

std::string PercentEncode(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  constexpr std::string_view kPlain = "-._~";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool alphanumeric =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (alphanumeric || kPlain.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<uint8_t>(c);
    encoded += '%';
    encoded += kDigits[byte >> 4];
    encoded += kDigits[byte & 0xf];
  }
  return encoded;
}

Query::Query(std::string_view text) {
  while (!text.empty() && parameters_.size() < kParametersMax) {
    std::string_view value = TakeUntil(text, '&');
    if (value.empty()) continue;
    const std::string_view name = TakeUntil(value, '=');
    parameters_.emplace_back(DecodeLeniently(name), DecodeLeniently(value));
  }
}

std::optional<std::string_view> Query::Get(std::string_view name) const {
  for (const auto& [key, value] : parameters_) {
    if (key == name) return value;
  }
  return std::nullopt;
}

}  // namespace weir::http

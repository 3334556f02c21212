#include "crypto/base64.h"

namespace weir::crypto {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string Encode(std::span<const uint8_t> bytes, std::string_view alphabet) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  uint32_t bits = 0;
  int pending = 0;  // so many low bits of `bits` are not written yet
  for (const uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    for (pending += 8; pending >= 6; pending -= 6) {
      text += alphabet[bits >> (pending - 6) & 0x3f];
    }
  }
  if (pending > 0) text += alphabet[bits << (6 - pending) & 0x3f];
  return text;
}

/// The character's six bits, or -1.
int ValueOf(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

/// Less its padding; false when there is padding that does not fill a group of four.
bool DropPadding(std::string_view& text) {
  const size_t whole = text.size();
  for (int i = 0; i < 2 && text.ends_with('='); ++i) {
    text.remove_suffix(1);
  }
  return text.size() == whole || whole % 4 == 0;
}

}  // namespace

std::string Base64Encode(std::span<const uint8_t> bytes) {
  std::string text = Encode(bytes, kAlphabet);
  while (text.size() % 4 != 0) {
    text += '=';
  }
  return text;
}

std::string Base64UrlEncode(std::span<const uint8_t> bytes) {
  return Encode(bytes, kUrlAlphabet);
}

Result<std::vector<uint8_t>> Base64Decode(std::string_view text) {
  if (!DropPadding(text) || text.size() % 4 == 1) {
    return Fail(ErrorCode::kMalformed, "base64 of an impossible length");
  }
  std::vector<uint8_t> bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  uint32_t bits = 0;
  int pending = 0;
  for (const char c : text) {
    const int value = ValueOf(c);
    if (value < 0) return Fail(ErrorCode::kMalformed, "not a base64 character");
    bits = bits << 6 | static_cast<uint32_t>(value);
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    bytes.push_back(static_cast<uint8_t>(bits >> pending));
  }
  return bytes;
}

}  // namespace weir::crypto

#include "http/fields.h"

#include <algorithm>

#include "base/text.h"

namespace weir::http {
namespace {

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether the parameters behind an element ("; q=0.000") take it out. A weight that cannot be
/// read counts as one.
bool WeightIsZero(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = Trimmed(TakeUntil(parameters, ';'));
    if (parameter.size() < 3 || !SameWord(parameter.substr(0, 2), "q=")) continue;
    return parameter.substr(2).find_first_not_of("0.") == std::string_view::npos;
  }
  return false;
}

}  // namespace

bool SameWord(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string_view FindField(const Fields& fields, std::string_view name) {
  for (const auto& [field, value] : fields) {
    if (SameWord(field, name)) return value;
  }
  return {};
}

void RemoveField(Fields& fields, std::string_view name) {
  std::erase_if(fields, [name](const auto& field) { return SameWord(field.first, name); });
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

void ReplaceControls(std::string& value) {
  for (char& c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) c = ' ';
  }
}

std::optional<std::string_view> NextElement(std::string_view& list) {
  while (!list.empty()) {
    size_t end = 0;
    for (bool quoted = false; end < list.size() && (quoted || list[end] != ','); ++end) {
      if (list[end] == '"') quoted = !quoted;
    }
    const std::string_view element = Trimmed(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (!element.empty()) return element;
  }
  return std::nullopt;
}

bool AcceptsGzip(std::string_view accept_encoding) {
  bool any = false;
  while (auto element = NextElement(accept_encoding)) {
    const std::string_view coding = Trimmed(TakeUntil(*element, ';'));
    const bool wanted = !WeightIsZero(*element);
    if (SameWord(coding, "gzip") || SameWord(coding, "x-gzip")) return wanted;
    if (coding == "*") any = wanted;
  }
  return any;
}

}  // namespace weir::http

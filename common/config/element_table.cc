#include "config/element_table.h"

#include <algorithm>

#include "config/server_elements.h"

namespace weir::config {
namespace {

/// The words of `text`, separated by single spaces.
std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t space = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  return words;
}

/// "Name!:Shape"
KnownElement ReadWord(std::string_view word) {
  const size_t colon = std::min(word.find(':'), word.size());
  const std::string_view marked = word.substr(0, colon);
  const std::string_view marks = marked.substr(std::min(marked.find_first_of("!~"), marked.size()));
  return {.name = std::string(marked.substr(0, marked.size() - marks.size())),
          .shape = std::string(word.substr(std::min(colon + 1, word.size()))),
          .mandatory = marks.find('!') != std::string_view::npos,
          .informative = marks.find('~') != std::string_view::npos};
}

}  // namespace

ElementTable::ElementTable() {
  for (const ElementShape& element : ServerElements()) {
    std::vector<KnownElement>& children = shapes_[std::string(element.name)];
    for (const std::string_view word : Words(element.children)) {
      if (!word.starts_with('+')) {
        children.push_back(ReadWord(word));
        continue;
      }
      const std::vector<KnownElement>& shared = ChildrenOf(word.substr(1));
      children.insert(children.end(), shared.begin(), shared.end());
    }
  }
}

const std::vector<KnownElement>& ElementTable::ChildrenOf(std::string_view shape) const {
  static const std::vector<KnownElement> kNone;
  const auto found = shapes_.find(shape);
  return found == shapes_.end() ? kNone : found->second;
}

}  // namespace weir::config

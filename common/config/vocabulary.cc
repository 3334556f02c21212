#include "config/vocabulary.h"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>

#include "config/edit_distance.h"
#include "config/server_elements.h"

namespace weir::config {
namespace {

constexpr size_t kComplaintsMax = 50;

struct KnownElement {
  std::string name;
  std::string shape;  ///< Empty when it holds a plain value.
  bool mandatory = false;
  bool informative = false;
};

using Shape = std::vector<KnownElement>;

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

/// Walks a tree along the shapes of its elements and gathers what is wrong with it.
class VocabularyCheck {
 public:
  VocabularyCheck() {
    for (const ElementShape& element : ServerElements()) {
      Shape& shape = shapes_[std::string(element.name)];
      for (const std::string_view word : Words(element.children))
        AddWord(shape, word);
    }
  }

  void CheckRoot(const Node& root) {
    if (root.name() != "Server")
      return Complain(
          fmt::format("{}: the root element is <{}>, not <Server>", root.where(), root.name()));
    const std::string version = root.Attribute("version");
    if (version != "8" && version != "9" && version != "10")
      Complain(
          fmt::format("{}: Server: version '{}' is none of 8, 9 and 10", root.where(), version));
    Check(root, "Server");
  }

  /// One line each; empty when all is well.
  std::string Complaints() const {
    if (count_ <= kComplaintsMax) return complaints_;
    return fmt::format("{}\nand {} more", complaints_, count_ - kComplaintsMax);
  }

 private:
  void AddWord(Shape& shape, std::string_view word) const {
    if (!word.starts_with('+')) return shape.push_back(ReadWord(word));
    const auto shared = shapes_.find(std::string(word.substr(1)));
    if (shared == shapes_.end()) return;
    shape.insert(shape.end(), shared->second.begin(), shared->second.end());
  }

  void Check(const Node& node, const std::string& shape_name) {
    const Shape& shape = shapes_[shape_name];
    for (const Node* child : node.elements()) {
      const auto known = std::find_if(shape.begin(), shape.end(), [&](const KnownElement& element) {
        return element.name == child->name();
      });
      if (known == shape.end()) {
        Unknown(*child, shape);
        continue;
      }
      Check(*child, known->shape);
    }
    for (const KnownElement& known : shape)
      CheckPresence(node, known);
  }

  void CheckPresence(const Node& node, const KnownElement& known) {
    if (known.informative) (void)node.Children(known.name);  // counts as used
    if (!known.mandatory) return;
    for (const Node* child : node.elements()) {
      if (child->name() == known.name) return;
    }
    Complain(fmt::format("{}: {} has no <{}>, which is mandatory", node.where(), node.path(),
                         known.name));
  }

  void Unknown(const Node& node, const Shape& shape) {
    std::vector<std::string> names;
    names.reserve(shape.size());
    for (const KnownElement& known : shape)
      names.push_back(known.name);
    const std::string nearest = Nearest(node.name(), names);
    Complain(fmt::format("{}: {} is not a known element{}", node.where(), node.path(),
                         nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest)));
  }

  void Complain(std::string_view complaint) {
    if (++count_ > kComplaintsMax) return;
    if (!complaints_.empty()) complaints_ += '\n';
    complaints_ += complaint;
  }

  std::map<std::string, Shape> shapes_;
  std::string complaints_;
  size_t count_ = 0;
};

}  // namespace

Result<std::vector<std::string>> CheckVocabulary(const Document& document) {
  VocabularyCheck check;
  check.CheckRoot(document.root());
  std::string complaints = check.Complaints();
  if (!complaints.empty()) return Fail(ErrorCode::kMalformed, std::move(complaints));
  std::vector<std::string> notices;
  for (const Finding& finding : document.Unused())
    notices.push_back(finding.Line());
  return notices;
}

}  // namespace weir::config

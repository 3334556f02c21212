#include "config/vocabulary.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "config/edit_distance.h"
#include "config/element_table.h"

namespace weir::config {
namespace {

constexpr size_t kComplaintsMax = 50;

using Shape = std::vector<KnownElement>;

/// Walks a tree along the shapes of its elements and gathers what is wrong with it.
class VocabularyCheck {
 public:
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
  void Check(const Node& node, const std::string& shape_name) {
    const Shape& shape = table_.ChildrenOf(shape_name);
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

  const ElementTable table_;
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

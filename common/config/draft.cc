#include "config/draft.h"

#include <algorithm>
#include <charconv>

#include "config/tree_builder.h"

namespace weir::config {
namespace {

/// "conf/origin.xml:12" in its parts; line 0 where there is none.
struct Place {
  std::string_view file;
  size_t line = 0;
};

Place ReadPlace(std::string_view where) {
  const size_t colon = where.rfind(':');
  if (colon == std::string_view::npos) return {.file = where};
  size_t line = 0;
  const char* end = where.data() + where.size();
  const auto [stop, error] = std::from_chars(where.data() + colon + 1, end, line);
  if (error != std::errc() || stop != end) return {.file = where};
  return {.file = where.substr(0, colon), .line = line};
}

class DraftBuilder {
 public:
  explicit DraftBuilder(Tree& tree) : tree_(tree) {}

  std::unique_ptr<Element> Make(const Draft& draft, const Element* parent) {
    const Place place = ReadPlace(draft.where);
    auto element = std::make_unique<Element>(Element::Parts{.name = draft.name,
                                                            .text = draft.text,
                                                            .attributes = draft.attributes,
                                                            .file = FileOf(place.file),
                                                            .line = place.line},
                                             parent);
    for (const Draft& child : draft.children)
      element->Add(Make(child, element.get()));
    return element;
  }

 private:
  /// A document has few files, and neighbours are of the same.
  const std::string* FileOf(std::string_view name) {
    const auto known = std::find_if(tree_.files.rbegin(), tree_.files.rend(),
                                    [name](const auto& file) { return *file == name; });
    if (known != tree_.files.rend()) return known->get();
    tree_.files.push_back(std::make_unique<const std::string>(name));
    return tree_.files.back().get();
  }

  Tree& tree_;
};

}  // namespace

Draft Draft::Of(const Node& node) {
  Draft draft{.name = std::string(node.name()),
              .text = node.text(),
              .where = node.where(),
              .attributes = {},
              .children = {}};
  if (std::string version = node.Attribute("version"); !version.empty())
    draft.attributes.emplace_back("version", std::move(version));
  for (const Node* child : node.elements())
    draft.children.push_back(Of(*child));
  return draft;
}

const Draft* Draft::Child(std::string_view child) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [child](const Draft& one) { return one.name == child; });
  return found == children.end() ? nullptr : &*found;
}

Draft* Draft::Child(std::string_view child) {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [child](const Draft& one) { return one.name == child; });
  return found == children.end() ? nullptr : &*found;
}

Draft& Draft::Need(std::string_view child) {
  if (Draft* there = Child(child)) return *there;
  children.push_back(
      {.name = std::string(child), .text = {}, .where = where, .attributes = {}, .children = {}});
  return children.back();
}

void Draft::Remove(std::string_view child) {
  std::erase_if(children, [child](const Draft& one) { return one.name == child; });
}

std::unique_ptr<Document> MakeDocument(const Draft& root) {
  Tree tree;
  tree.root = DraftBuilder(tree).Make(root, nullptr);
  return DocumentOf(std::move(tree));
}

}  // namespace weir::config

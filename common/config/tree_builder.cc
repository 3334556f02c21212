#include "config/tree_builder.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "config/files.h"
#include "config/macros.h"
#include "config/xml_text.h"

namespace weir::config {
namespace {

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// One XML text on its way into the tree.
struct Source {
  std::unique_ptr<XmlText> xml;
  const std::string* name = nullptr;
  std::filesystem::path folder;
  bool may_include = false;

  tl::unexpected<Error> Wrong(pugi::xml_node node, ErrorCode code, std::string_view why) const {
    return Fail(code, fmt::format("{}:{}: {}: {}", *name, xml->LineOf(node), node.name(), why));
  }
};

/// Where an element goes.
struct Spot {
  Element* parent = nullptr;  ///< Null for the root.
  size_t depth = 1;           ///< Includes count, so that a file that includes itself ends.
};

/// The one run through all texts of a document, and what it has spent of the limits.
class TreeBuilder {
 public:
  TreeBuilder(const Environment& environment, const DocumentLimits& limits)
      : environment_(environment), limits_(limits) {}

  /// A file without a text is read from disk, and may include others.
  Status Read(const std::filesystem::path& path, const std::string_view* text);

  Tree Take() { return std::move(tree_); }

 private:
  Result<Source> Open(const std::filesystem::path& path, const std::string_view* text);
  Status Add(pugi::xml_node node, const Source& source, Spot spot);
  Status Include(pugi::xml_node node, const Source& source, Spot spot, const std::string& pattern);
  Status IncludeFile(pugi::xml_node node, const Source& source, Spot spot,
                     const std::filesystem::path& path);
  Result<Element::Parts> PartsOf(pugi::xml_node node, const Source& source) const;
  Result<std::string> Attribute(pugi::xml_node node, const Source& source, const char* name) const;
  Result<std::string> Replaced(pugi::xml_node node, const Source& source,
                               std::string_view text) const;
  Element& Place(Element::Parts parts, Element* parent);

  const Environment& environment_;
  const DocumentLimits& limits_;
  Tree tree_;
  size_t bytes_ = 0;
  size_t elements_ = 0;
};

Status TreeBuilder::Read(const std::filesystem::path& path, const std::string_view* text) {
  const Result<Source> source = Open(path, text);
  if (!source) return tl::unexpected(source.error());
  const pugi::xml_node root = source->xml->root();
  if (const Status added = Add(root, *source, {}); !added) return added;
  if (tree_.root != nullptr) return {};
  return source->Wrong(root, ErrorCode::kMalformed, "nothing is left of the root element");
}

Result<Source> TreeBuilder::Open(const std::filesystem::path& path, const std::string_view* text) {
  if (tree_.files.size() >= limits_.files)
    return Fail(ErrorCode::kLimitExceeded, fmt::format("more than {} files", limits_.files));
  Result<std::string> content(std::string{});
  if (text == nullptr) {
    content = ReadWholeFile(path, limits_.bytes);
    if (!content) return tl::unexpected(content.error());
  }
  const std::string_view bytes = text == nullptr ? std::string_view(*content) : *text;
  tree_.files.push_back(std::make_unique<const std::string>(path.string()));
  if (bytes.size() > limits_.bytes - bytes_) {
    return Fail(ErrorCode::kLimitExceeded, fmt::format("{}: more than {} bytes of configuration",
                                                       path.string(), limits_.bytes));
  }
  bytes_ += bytes.size();
  auto xml = XmlText::Parse(bytes, path.string(), limits_.elements);
  if (!xml) return tl::unexpected(xml.error());
  return Source{.xml = *std::move(xml),
                .name = tree_.files.back().get(),
                .folder = path.parent_path(),
                .may_include = text == nullptr};
}

Status TreeBuilder::Add(pugi::xml_node node, const Source& source, Spot spot) {
  if (spot.depth > limits_.depth) {
    return source.Wrong(
        node, ErrorCode::kLimitExceeded,
        fmt::format("elements or includes are nested more than {} deep", limits_.depth));
  }
  const Result<std::string> ignore = Attribute(node, source, "ignore");
  if (!ignore) return tl::unexpected(ignore.error());
  if (*ignore == "true") return {};
  const Result<std::string> include = Attribute(node, source, "include");
  if (!include) return tl::unexpected(include.error());
  if (!include->empty()) return Include(node, source, spot, *include);
  if (++elements_ > limits_.elements) {
    return source.Wrong(node, ErrorCode::kLimitExceeded,
                        fmt::format("more than {} elements", limits_.elements));
  }
  Result<Element::Parts> parts = PartsOf(node, source);
  if (!parts) return tl::unexpected(parts.error());
  Element& element = Place(*std::move(parts), spot.parent);
  const Spot inside{.parent = &element, .depth = spot.depth + 1};
  for (const pugi::xml_node child : node.children()) {
    if (child.type() != pugi::node_element) continue;
    if (const Status added = Add(child, source, inside); !added) return added;
  }
  return {};
}

Status TreeBuilder::Include(pugi::xml_node node, const Source& source, Spot spot,
                            const std::string& pattern) {
  if (!source.may_include)
    return source.Wrong(node, ErrorCode::kUnsupported, "files cannot be included here");
  if (node.first_child())
    return source.Wrong(node, ErrorCode::kMalformed, "has an include and content of its own");
  const auto paths = MatchingFiles(source.folder, pattern, limits_.files);
  if (!paths) return source.Wrong(node, paths.error().code, paths.error().detail);
  for (const std::filesystem::path& path : *paths) {
    if (const Status added = IncludeFile(node, source, spot, path); !added) return added;
  }
  return {};
}

Status TreeBuilder::IncludeFile(pugi::xml_node node, const Source& source, Spot spot,
                                const std::filesystem::path& path) {
  const Result<Source> included = Open(path, nullptr);
  if (!included) return source.Wrong(node, included.error().code, included.error().detail);
  const pugi::xml_node root = included->xml->root();
  if (std::string_view(root.name()) != node.name()) {
    return included->Wrong(root, ErrorCode::kMalformed,
                           fmt::format("included from {}:{}, where <{}> is wanted", *source.name,
                                       source.xml->LineOf(node), node.name()));
  }
  if (spot.parent == nullptr && tree_.root != nullptr)
    return source.Wrong(node, ErrorCode::kMalformed, "the root element includes several files");
  return Add(root, *included, {.parent = spot.parent, .depth = spot.depth + 1});
}

Result<Element::Parts> TreeBuilder::PartsOf(pugi::xml_node node, const Source& source) const {
  Element::Parts parts{.name = node.name(),
                       .text = {},
                       .attributes = {},
                       .file = source.name,
                       .line = source.xml->LineOf(node)};
  const auto attributes = node.attributes();
  const auto count = static_cast<size_t>(std::distance(attributes.begin(), attributes.end()));
  if (count > limits_.attributes) {
    return source.Wrong(node, ErrorCode::kLimitExceeded,
                        fmt::format("more than {} attributes", limits_.attributes));
  }
  for (const pugi::xml_attribute attribute : attributes) {
    Result<std::string> value = Replaced(node, source, attribute.value());
    if (!value) return tl::unexpected(value.error());
    parts.attributes.emplace_back(attribute.name(), *std::move(value));
  }
  std::string raw;
  for (const pugi::xml_node child : node.children())
    raw += child.value();
  const Result<std::string> text = Replaced(node, source, raw);
  if (!text) return tl::unexpected(text.error());
  parts.text = Trimmed(*text);
  return parts;
}

Result<std::string> TreeBuilder::Attribute(pugi::xml_node node, const Source& source,
                                           const char* name) const {
  return Replaced(node, source, node.attribute(name).value());
}

Result<std::string> TreeBuilder::Replaced(pugi::xml_node node, const Source& source,
                                          std::string_view text) const {
  const std::filesystem::path folder = source.folder.empty() ? "." : source.folder;
  Result<std::string> replaced = ReplaceMacros(text, environment_, folder, limits_.text);
  if (!replaced) return source.Wrong(node, replaced.error().code, replaced.error().detail);
  return replaced;
}

Element& TreeBuilder::Place(Element::Parts parts, Element* parent) {
  auto element = std::make_unique<Element>(std::move(parts), parent);
  Element& placed = *element;
  if (parent == nullptr) {
    tree_.root = std::move(element);
  } else {
    parent->Add(std::move(element));
  }
  return placed;
}

Result<Tree> Build(const std::filesystem::path& path, const std::string_view* text,
                   const Environment& environment, const DocumentLimits& limits) {
  TreeBuilder builder(environment, limits);
  if (const Status read = builder.Read(path, text); !read) return tl::unexpected(read.error());
  return builder.Take();
}

}  // namespace

Result<Tree> BuildFromFile(const std::filesystem::path& path, const Environment& environment,
                           const DocumentLimits& limits) {
  return Build(path, nullptr, environment, limits);
}

Result<Tree> BuildFromText(std::string_view text, const std::string& file_name,
                           const Environment& environment, const DocumentLimits& limits) {
  return Build(file_name, &text, environment, limits);
}

}  // namespace weir::config

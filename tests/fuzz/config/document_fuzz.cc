// Any text is either refused with its place, or becomes a tree within the limits whose values and
// vocabulary can be asked for.
#include <cstdlib>

#include "config/document.h"
#include "config/vocabulary.h"

namespace {

using weir::config::Document;
using weir::config::DocumentLimits;
using weir::config::Node;

constexpr DocumentLimits kLimits{
    .bytes = 65'536, .elements = 500, .attributes = 4, .depth = 12, .text = 1'024, .files = 4};

size_t Visit(const Node& node, size_t depth) {
  if (depth > kLimits.depth || node.text().size() > kLimits.text) std::abort();
  if (node.where().rfind("fuzz.xml:", 0) != 0 || node.path().empty()) std::abort();
  size_t elements = 1;
  for (const Node* child : node.elements()) {
    (void)node.Integer(child->name(), 0);
    (void)node.Number(child->name(), 0, -1e9, 1e9);
    (void)node.Flag(child->name(), false);
    (void)node.Millis(child->name(), {});
    elements += Visit(*child, depth + 1);
  }
  return elements;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const weir::config::Environment environment{
      .variable = [](const std::string& name) -> std::optional<std::string> {
        if (name == "X") return "12";
        return std::nullopt;
      },
      .home = "/home"};
  const auto document = Document::Parse(text, "fuzz.xml", environment, kLimits);
  if (!document) {
    if (document.error().detail.rfind("fuzz.xml:", 0) != 0) std::abort();
    return 0;
  }
  if (Visit((*document)->root(), 1) > kLimits.elements) std::abort();
  const auto notices = weir::config::CheckVocabulary(**document);
  if (!notices && notices.error().detail.empty()) std::abort();
  return 0;
}

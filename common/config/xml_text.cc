#include "config/xml_text.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace weir::config {
namespace {

/// Opening and closing tags, and comments besides.
constexpr size_t kTagsPerElement = 4;

}  // namespace

Result<std::unique_ptr<XmlText>> XmlText::Parse(std::string_view text, std::string file_name,
                                                size_t elements_max) {
  std::unique_ptr<XmlText> xml(new XmlText(text, std::move(file_name)));
  const auto tags = static_cast<size_t>(std::count(text.begin(), text.end(), '<'));
  if (tags > elements_max * kTagsPerElement) {
    return Fail(ErrorCode::kLimitExceeded,
                fmt::format("{}: more than {} elements", xml->file_name_, elements_max));
  }
  const size_t zero = text.find('\0');
  if (zero != std::string_view::npos)
    return xml->Wrong(xml->LineAt(static_cast<std::ptrdiff_t>(zero)), "a zero byte");
  if (const Status read = xml->Read(text); !read) return tl::unexpected(read.error());
  return xml;
}

XmlText::XmlText(std::string_view text, std::string file_name)
    : file_name_(std::move(file_name)), line_starts_{0} {
  for (size_t i = text.find('\n'); i != std::string_view::npos; i = text.find('\n', i + 1))
    line_starts_.push_back(i + 1);
}

Status XmlText::Read(std::string_view text) {
  // One fixed encoding, so that offsets in the tree are offsets in the text.
  const pugi::xml_parse_result read =
      tree_.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!read) {
    std::string why = read.description();
    why.front() = static_cast<char>(std::tolower(static_cast<unsigned char>(why.front())));
    return Wrong(LineAt(read.offset), "not well-formed XML: " + why);
  }
  for (pugi::xml_node node = root().next_sibling(); node; node = node.next_sibling()) {
    if (node.type() == pugi::node_element)
      return Wrong(LineOf(node), fmt::format("a second root element <{}>", node.name()));
  }
  return {};
}

size_t XmlText::LineOf(pugi::xml_node node) const {
  return LineAt(node.offset_debug());
}

size_t XmlText::LineAt(std::ptrdiff_t offset) const {
  const auto at = static_cast<size_t>(std::max<std::ptrdiff_t>(offset, 0));
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), at);
  return static_cast<size_t>(next - line_starts_.begin());
}

tl::unexpected<Error> XmlText::Wrong(size_t line, std::string_view message) const {
  return Fail(ErrorCode::kMalformed, fmt::format("{}:{}: {}", file_name_, line, message));
}

}  // namespace weir::config

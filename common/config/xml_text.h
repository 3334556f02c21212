#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

#include "base/result.h"

namespace weir::config {

/// One XML text as pugixml reads it, with the lines its nodes stand on. No entity but the five of
/// XML itself is ever replaced, so a text cannot grow.
class XmlText {
 public:
  /// `file_name` is for messages. `elements_max` bounds what is allocated.
  static Result<std::unique_ptr<XmlText>> Parse(std::string_view text, std::string file_name,
                                                size_t elements_max);

  pugi::xml_node root() const { return tree_.document_element(); }

  const std::string& file_name() const { return file_name_; }

  size_t LineOf(pugi::xml_node node) const;

 private:
  XmlText(std::string_view text, std::string file_name);

  size_t LineAt(std::ptrdiff_t offset) const;
  Status Read(std::string_view text);
  tl::unexpected<Error> Wrong(size_t line, std::string_view message) const;

  std::string file_name_;
  std::vector<size_t> line_starts_;
  pugi::xml_document tree_;
};

}  // namespace weir::config

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace weir::config {

/// What an element may have in it.
struct KnownElement {
  std::string name;
  std::string shape;  ///< Empty when it holds a plain value.
  bool mandatory = false;
  bool informative = false;  ///< There for people and programs elsewhere.
};

/// The elements of Server.xml by their shapes, looked up: see server_elements.h.
///
/// Thread: any, once made.
class ElementTable {
 public:
  ElementTable();

  /// What elements of that shape hold; nothing for a shape that is none, as of a plain value.
  const std::vector<KnownElement>& ChildrenOf(std::string_view shape) const;

 private:
  std::map<std::string, std::vector<KnownElement>, std::less<>> shapes_;
};

}  // namespace weir::config

#pragma once

#include <span>
#include <string_view>

namespace weir::config {

/// What one kind of element may hold.
struct ElementShape {
  std::string_view name;
  /// Words "Element" or "Element:Shape", separated by spaces. Marks behind the element's name: '!'
  /// is mandatory, '~' is there for people and programs elsewhere, so never reported as unused. A
  /// word "+Shape" stands for all of another shape's.
  std::string_view children;
};

/// Every element of Server.xml, from the shape "Server" down.
std::span<const ElementShape> ServerElements();

}  // namespace weir::config

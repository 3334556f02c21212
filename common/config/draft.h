#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/document.h"
#include "config/node.h"

namespace weir::config {

/// An element as a plain value: taken out of one document, or made from nothing, put together with
/// others, and made a document again.
struct Draft {
  std::string name;
  std::string text;
  std::string where;  ///< "conf/origin.xml:12", or a name of its own without a line.
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<Draft> children;

  /// A copy of `node` and all in it. Of attributes only the version comes along: others have no
  /// meaning once a document is read.
  static Draft Of(const Node& node);

  /// The first child of that name, or null.
  const Draft* Child(std::string_view child) const;
  Draft* Child(std::string_view child);

  /// That child, made where it is missing. Good until the next change.
  Draft& Need(std::string_view child);

  /// Takes out all children of that name.
  void Remove(std::string_view child);

  bool operator==(const Draft&) const = default;
};

/// Makes it a document. Texts stay as they are: macros in them are not replaced.
std::unique_ptr<Document> MakeDocument(const Draft& root);

}  // namespace weir::config

#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/document.h"
#include "config/node.h"

namespace weir::config {

/// The Node of a Document: filled while the file is read, unchanged afterwards but for the marks of
/// what was asked for.
class Element final : public Node {
 public:
  /// What an element is made of, its macros already replaced.
  struct Parts {
    std::string name;
    std::string text;
    std::vector<std::pair<std::string, std::string>> attributes;
    const std::string* file = nullptr;  ///< Outlives the element.
    size_t line = 0;                    ///< 0: not of a text with lines.
  };

  Element(Parts parts, const Element* parent);

  // Node.
  std::string_view name() const override { return parts_.name; }

  std::string text() const override { return parts_.text; }

  std::string where() const override;
  std::string path() const override;
  const Node* Child(std::string_view name) const override;
  std::vector<const Node*> Children(std::string_view name) const override;
  std::vector<const Node*> elements() const override;
  std::string Attribute(std::string_view name) const override;

  void Add(std::unique_ptr<Element> child) { children_.push_back(std::move(child)); }

  void MarkUsed() const { used_.store(true, std::memory_order_relaxed); }

  /// What of this element and those in it had no effect.
  void AddUnused(std::vector<Finding>& findings) const;

 private:
  Parts parts_;
  const Element* const parent_;  ///< Null at the root.
  std::vector<std::unique_ptr<Element>> children_;
  mutable std::atomic<bool> used_{false};
};

}  // namespace weir::config

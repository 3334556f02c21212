#include "config/element.h"

#include <array>

#include <fmt/format.h>

namespace weir::config {
namespace {

/// Attributes that belong to the reader itself: never reported.
constexpr std::array<std::string_view, 3> kAttributes{"version", "include", "ignore"};

bool IsKnownAttribute(std::string_view name) {
  for (const std::string_view known : kAttributes) {
    if (name == known) return true;
  }
  return false;
}

}  // namespace

Element::Element(Parts parts, const Element* parent) : parts_(std::move(parts)), parent_(parent) {}

std::string Element::where() const {
  return parts_.line == 0 ? *parts_.file : fmt::format("{}:{}", *parts_.file, parts_.line);
}

std::string Element::path() const {
  return parent_ == nullptr ? parts_.name : fmt::format("{}/{}", parent_->path(), parts_.name);
}

const Node* Element::Child(std::string_view name) const {
  for (const auto& child : children_) {
    if (child->parts_.name != name) continue;
    child->MarkUsed();
    return child.get();
  }
  return nullptr;
}

std::vector<const Node*> Element::Children(std::string_view name) const {
  std::vector<const Node*> found;
  for (const auto& child : children_) {
    if (child->parts_.name != name) continue;
    child->MarkUsed();
    found.push_back(child.get());
  }
  return found;
}

std::vector<const Node*> Element::elements() const {
  std::vector<const Node*> all;
  all.reserve(children_.size());
  for (const auto& child : children_)
    all.push_back(child.get());
  return all;
}

std::string Element::Attribute(std::string_view name) const {
  for (const auto& [key, value] : parts_.attributes) {
    if (key == name) return value;
  }
  return {};
}

void Element::AddUnused(std::vector<Finding>& findings) const {
  const auto add = [&](std::string message) {
    findings.push_back({.where = where(), .path = path(), .message = std::move(message)});
  };
  if (!used_.load(std::memory_order_relaxed)) return add("has no effect here");
  if (!children_.empty() && !parts_.text.empty())
    add("has text beside its elements, which has no effect");
  for (const auto& [key, value] : parts_.attributes) {
    if (!IsKnownAttribute(key)) add(fmt::format("has an attribute '{}', which has no effect", key));
  }
  for (const auto& child : children_)
    child->AddUnused(findings);
}

}  // namespace weir::config

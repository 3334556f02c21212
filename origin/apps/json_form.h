#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "config/draft.h"
#include "config/element_table.h"

namespace weir::origin {

/// Elements of the configuration as the API shows and takes them.
///
/// Thread: any.
class JsonForm {
 public:
  /// What is not there of what must be is an Error, or is not, where it is to be put on something
  /// that has it.
  enum class Extent { kWhole, kPart };

  /// `where` is the place of elements that are made of JSON: see config::Draft.
  explicit JsonForm(std::string where) : where_(std::move(where)) {}

  /// Makes an element of `name`, of that shape (server_elements.h), out of an object; members that
  /// are null are left out. kMalformed with OvenMediaEngine's words for what is unknown:
  /// "Unknown item found: publishers.llhls.x".
  Result<config::Draft> Read(std::string_view name, std::string_view shape,
                             const nlohmann::json& json, Extent extent = Extent::kWhole) const;

  /// What is there and no more: defaults are not shown.
  nlohmann::json Write(const config::Draft& element, std::string_view shape) const;

 private:
  struct Spot;

  Result<config::Draft> ReadElement(const config::KnownElement& element, const nlohmann::json& json,
                                    const Spot& spot) const;
  Status ReadMember(const config::KnownElement& element, const nlohmann::json& json,
                    const Spot& spot, config::Draft& parent) const;
  Status ReadMembers(const nlohmann::json& json, const Spot& spot, config::Draft& draft) const;
  Result<std::string> ReadValue(const nlohmann::json& json, const Spot& spot) const;

  const std::string where_;
  const config::ElementTable table_;
};

/// Puts the members of `patch` on `target`: objects within each other likewise, all else instead of
/// what was there.
void MergeJson(const nlohmann::json& patch, nlohmann::json& target);

}  // namespace weir::origin

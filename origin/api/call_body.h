#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace weir::api {

/// The text of that name in a call's body; empty where it has none.
std::string TextIn(const nlohmann::json& body, std::string_view name);

}  // namespace weir::api

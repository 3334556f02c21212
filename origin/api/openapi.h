#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "origin/api/routes.h"

namespace weir::api {

/// The routes as an OpenAPI 3.0 description: made of the very table that answers, so that it says
/// what there is.
nlohmann::json OpenApi(const Routes& routes, const std::string& version);

}  // namespace weir::api

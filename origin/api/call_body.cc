#include "origin/api/call_body.h"

namespace weir::api {

std::string TextIn(const nlohmann::json& body, std::string_view name) {
  if (!body.is_object()) return {};
  const auto found = body.find(name);
  return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace weir::api

#include "origin/api/openapi.h"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <utility>

#include "http/status.h"

namespace weir::api {
namespace {

using Json = nlohmann::json;

/// "PostV1VhostsVhostAppsAppStartRecord": unique, and a name in most languages.
std::string OperationId(const Route& route) {
  std::string id;
  bool upper = true;
  for (const char c : route.method + route.pattern) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      upper = true;
      continue;
    }
    const auto letter = static_cast<unsigned char>(c);
    id += static_cast<char>(upper ? std::toupper(letter) : c);
    upper = false;
  }
  if (route.pattern.ends_with(':')) id += "Whole";
  return id;
}

Json Parameters(std::string_view pattern) {
  Json parameters = Json::array();
  for (size_t open = pattern.find('{'); open != std::string_view::npos;
       open = pattern.find('{', open + 1)) {
    const std::string name(pattern.substr(open + 1, pattern.find('}', open) - open - 1));
    parameters.push_back(
        {{"name", name}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  return parameters;
}

Json Described(int status) {
  return {{"description", std::string(http::ReasonPhrase(status))}};
}

Json Operation(const Route& route) {
  Json operation{{"operationId", OperationId(route)}, {"summary", route.summary}};
  if (!route.tags.empty()) operation["tags"] = route.tags;
  Json parameters = Parameters(route.pattern);
  Json& responses = operation["responses"];
  responses[std::to_string(route.good)] = Described(route.good);
  responses["401"] = Described(401);
  if (!parameters.empty()) responses["404"] = Described(404);
  for (const int status : route.bad)
    responses[std::to_string(status)] = Described(status);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!route.body.is_null()) {
    operation["requestBody"] = {{"required", !route.optional_body},
                                {"content", {{"application/json", {{"schema", route.body}}}}}};
  }
  return operation;
}

std::string LowerCase(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

}  // namespace

nlohmann::json OpenApi(const Routes& routes, const std::string& version) {
  Json paths = Json::object();
  for (const Routes::Entry& entry : routes.entries())
    paths[entry.route.pattern][LowerCase(entry.route.method)] = Operation(entry.route);
  return {
      {"openapi", "3.0.3"},
      {"info", {{"title", "Weir"}, {"version", version}}},
      {"paths", std::move(paths)},
      {"security", Json::array({{{"accessToken", Json::array()}}})},
      {"components",
       {{"securitySchemes", {{"accessToken", {{"type", "http"}, {"scheme", "basic"}}}}}}},
  };
}

}  // namespace weir::api

#include "origin/api/schema.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace weir::api {
namespace {

using Json = nlohmann::json;

constexpr size_t kTextMax = 4'096;

Status Wrong(const std::string& where, std::string_view what) {
  return Fail(ErrorCode::kMalformed,
              fmt::format("{} {}", where.empty() ? "Request body" : where, what));
}

std::string Member(const std::string& where, std::string_view name) {
  return where.empty() ? std::string(name) : fmt::format("{}.{}", where, name);
}

bool IsOfType(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  return false;
}

Status CheckValue(const Json& value, const Json& schema, const std::string& where);

Status CheckObject(const Json& value, const Json& schema, const std::string& where) {
  for (const Json& name : schema.value("required", Json::array())) {
    if (!value.contains(name.get_ref<const std::string&>()))
      return Wrong(Member(where, name.get_ref<const std::string&>()), "is required");
  }
  const Json properties = schema.value("properties", Json::object());
  const bool others = schema.value("additionalProperties", false);
  for (const auto& [name, member] : value.items()) {
    const auto property = properties.find(name);
    if (property == properties.end()) {
      if (others) continue;
      return Wrong(Member(where, name), "is not known");
    }
    if (Status good = CheckValue(member, *property, Member(where, name)); !good) return good;
  }
  return {};
}

Status CheckArray(const Json& value, const Json& schema, const std::string& where) {
  if (value.size() < schema.value("minItems", size_t{0}))
    return Wrong(where, "must have at least one item");
  if (value.size() > schema.value("maxItems", std::numeric_limits<size_t>::max()))
    return Wrong(where, "has too many items");
  const auto items = schema.find("items");
  if (items == schema.end()) return {};
  for (size_t i = 0; i < value.size(); ++i) {
    const Status good = CheckValue(value[i], *items, fmt::format("{}[{}]", where, i));
    if (!good) return good;
  }
  return {};
}

Status CheckText(const Json& value, const Json& schema, const std::string& where) {
  const size_t size = value.get_ref<const std::string&>().size();
  if (size < schema.value("minLength", size_t{0})) return Wrong(where, "must not be empty");
  if (size > schema.value("maxLength", kTextMax)) return Wrong(where, "is too long");
  return {};
}

Status CheckNumber(const Json& value, const Json& schema, const std::string& where) {
  const auto number = value.get<double>();
  const auto low = schema.find("minimum");
  if (low != schema.end() && number < low->get<double>()) return Wrong(where, "is too small");
  const auto high = schema.find("maximum");
  if (high != schema.end() && number > high->get<double>()) return Wrong(where, "is too large");
  return {};
}

std::string_view NameOfType(std::string_view type) {
  if (type == "object") return "must be an object";
  if (type == "array") return "must be an array";
  if (type == "string") return "must be a string";
  if (type == "boolean") return "must be true or false";
  if (type == "integer") return "must be a whole number";
  return "must be a number";
}

Status CheckValue(const Json& value, const Json& schema, const std::string& where) {
  if (value.is_null() && schema.value("nullable", false)) return {};
  const auto type = schema.find("type");
  if (type == schema.end()) return {};
  const auto& name = type->get_ref<const std::string&>();
  if (!IsOfType(value, name)) return Wrong(where, NameOfType(name));
  if (const auto one_of = schema.find("enum"); one_of != schema.end()) {
    if (std::find(one_of->begin(), one_of->end(), value) == one_of->end())
      return Wrong(where, fmt::format("must be one of {}", one_of->dump()));
  }
  if (value.is_object()) return CheckObject(value, schema, where);
  if (value.is_array()) return CheckArray(value, schema, where);
  if (value.is_string()) return CheckText(value, schema, where);
  if (value.is_number()) return CheckNumber(value, schema, where);
  return {};
}

Json Described(const char* type, const char* description) {
  return {{"type", type}, {"description", description}};
}

}  // namespace

Status Check(const nlohmann::json& value, const nlohmann::json& schema) {
  return CheckValue(value, schema, {});
}

nlohmann::json TextSchema(const char* description) {
  return Described("string", description);
}

nlohmann::json NumberSchema(const char* description) {
  Json schema = Described("integer", description);
  schema["minimum"] = 0;
  return schema;
}

nlohmann::json FlagSchema(const char* description) {
  return Described("boolean", description);
}

nlohmann::json ListSchema(nlohmann::json items, const char* description) {
  Json schema = Described("array", description);
  schema["items"] = std::move(items);
  return schema;
}

nlohmann::json ObjectSchema(nlohmann::json properties, std::vector<std::string> required) {
  Json schema{{"type", "object"}, {"additionalProperties", false}};
  schema["properties"] = properties.is_null() ? Json::object() : std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  return schema;
}

nlohmann::json FreeObjectSchema(const char* description) {
  Json schema = Described("object", description);
  schema["additionalProperties"] = true;
  return schema;
}

}  // namespace weir::api

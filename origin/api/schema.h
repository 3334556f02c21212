#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"

namespace weir::api {

/// Whether `value` is as `schema` says, a JSON Schema with the words type, properties, required,
/// additionalProperties (a flag; false where it is missing), items, enum, minItems, maxItems,
/// minLength, maxLength, minimum, maximum and nullable. Other words describe only.
///
/// kMalformed with a text for the caller: "stream.name must be a string".
Status Check(const nlohmann::json& value, const nlohmann::json& schema);

// Schemas, as routes write them down.

nlohmann::json TextSchema(const char* description);
nlohmann::json NumberSchema(const char* description);  ///< Whole, not negative.
nlohmann::json FlagSchema(const char* description);
nlohmann::json ListSchema(nlohmann::json items, const char* description);

/// `required` names members of `properties`.
nlohmann::json ObjectSchema(nlohmann::json properties, std::vector<std::string> required = {});

/// Whatever its members are: their reader checks them itself.
nlohmann::json FreeObjectSchema(const char* description);

}  // namespace weir::api

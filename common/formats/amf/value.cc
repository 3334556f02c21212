#include "formats/amf/value.h"

namespace weir::amf {

const Value* Object::Find(std::string_view name) const {
  for (const Member& member : members)
    if (member.name == name) return &member.value;
  return nullptr;
}

bool Object::operator==(const Object& other) const {
  return form == other.form && class_name == other.class_name && members == other.members;
}

bool Array::operator==(const Array& other) const {
  return items == other.items;
}

std::optional<double> Value::number() const {
  const double* number = std::get_if<double>(&data);
  return number == nullptr ? std::nullopt : std::optional(*number);
}

std::optional<bool> Value::boolean() const {
  const bool* boolean = std::get_if<bool>(&data);
  return boolean == nullptr ? std::nullopt : std::optional(*boolean);
}

const std::string* Value::text() const {
  return std::get_if<std::string>(&data);
}

const Object* Value::object() const {
  return std::get_if<Object>(&data);
}

const Array* Value::array() const {
  return std::get_if<Array>(&data);
}

}  // namespace weir::amf

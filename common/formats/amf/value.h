#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace weir::amf {

struct Member;
struct Value;

struct Undefined {
  bool operator==(const Undefined&) const = default;
};

struct Null {
  bool operator==(const Null&) const = default;
};

/// AMF0 date-type.
struct Date {
  double unix_ms = 0;
  int16_t zone = 0;  ///< Reserved by the format: 0.

  bool operator==(const Date&) const = default;
};

/// Named members in the order they came in; a name may come twice.
struct Object {
  enum class Form {
    kPlain,
    kEcmaArray,
    kTyped,  ///< Of the class `class_name`.
  };

  Form form = Form::kPlain;
  std::string class_name;
  std::vector<Member> members;

  /// The first member of that name, or null.
  const Value* Find(std::string_view name) const;

  bool operator==(const Object& other) const;
};

/// AMF0 strict-array-type.
struct Array {
  std::vector<Value> items;

  bool operator==(const Array& other) const;
};

/// One AMF0 value: a tree by value.
struct Value {
  std::variant<Undefined, Null, bool, double, std::string, Date, Object, Array> data;

  std::optional<double> number() const;
  std::optional<bool> boolean() const;
  const std::string* text() const;  ///< Null unless it is a string.
  const Object* object() const;     ///< Null unless it is an object of any form.
  const Array* array() const;

  bool operator==(const Value&) const = default;
};

struct Member {
  std::string name;
  Value value;

  bool operator==(const Member&) const = default;
};

// Makers, so that a call site reads like the message it writes.

inline Value Number(double number) {
  return {.data = number};
}

inline Value Boolean(bool boolean) {
  return {.data = boolean};
}

inline Value Text(std::string_view text) {
  return {.data = std::string(text)};
}

inline Value NullValue() {
  return {.data = Null{}};
}

inline Value ObjectOf(std::vector<Member> members) {
  return {.data = Object{
              .form = Object::Form::kPlain, .class_name = {}, .members = std::move(members)}};
}

inline Value EcmaArrayOf(std::vector<Member> members) {
  return {.data = Object{
              .form = Object::Form::kEcmaArray, .class_name = {}, .members = std::move(members)}};
}

inline Value ArrayOf(std::vector<Value> items) {
  return {.data = Array{.items = std::move(items)}};
}

}  // namespace weir::amf

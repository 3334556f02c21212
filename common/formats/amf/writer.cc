#include "formats/amf/writer.h"

#include <bit>
#include <limits>
#include <string>
#include <string_view>
#include <variant>

#include "base/check.h"
#include "formats/amf/marker.h"

namespace weir::amf {
namespace {

constexpr size_t kShortTextMax = std::numeric_limits<uint16_t>::max();

/// Writes one alternative of Value::data.
class ValueWriter {
 public:
  explicit ValueWriter(ByteWriter& bytes) : bytes_(bytes) {}

  void operator()(Undefined) { Mark(Marker::kUndefined); }

  void operator()(Null) { Mark(Marker::kNull); }

  void operator()(bool boolean) {
    Mark(Marker::kBoolean);
    bytes_.U8(boolean ? 1 : 0);
  }

  void operator()(double number) {
    Mark(Marker::kNumber);
    bytes_.U64(std::bit_cast<uint64_t>(number));
  }

  void operator()(const std::string& text) {
    const bool is_short = text.size() <= kShortTextMax;
    Mark(is_short ? Marker::kString : Marker::kLongString);
    if (is_short) return ShortText(text);
    bytes_.U32(static_cast<uint32_t>(text.size()));
    bytes_.Text(text);
  }

  void operator()(const Date& date) {
    Mark(Marker::kDate);
    bytes_.U64(std::bit_cast<uint64_t>(date.unix_ms));
    bytes_.U16(static_cast<uint16_t>(date.zone));
  }

  void operator()(const Object& object) {
    switch (object.form) {
      case Object::Form::kPlain:
        Mark(Marker::kObject);
        break;
      case Object::Form::kEcmaArray:
        Mark(Marker::kEcmaArray);
        bytes_.U32(static_cast<uint32_t>(object.members.size()));
        break;
      case Object::Form::kTyped:
        Mark(Marker::kTypedObject);
        ShortText(object.class_name);
        break;
    }
    for (const Member& member : object.members) {
      ShortText(member.name);
      Write(bytes_, member.value);
    }
    bytes_.U16(0);
    Mark(Marker::kObjectEnd);
  }

  void operator()(const Array& array) {
    Mark(Marker::kStrictArray);
    bytes_.U32(static_cast<uint32_t>(array.items.size()));
    for (const Value& item : array.items)
      Write(bytes_, item);
  }

 private:
  void Mark(Marker marker) { bytes_.U8(static_cast<uint8_t>(marker)); }

  void ShortText(std::string_view text) {
    WEIR_CHECK(text.size() <= kShortTextMax);
    bytes_.U16(static_cast<uint16_t>(text.size()));
    bytes_.Text(text);
  }

  ByteWriter& bytes_;
};

}  // namespace

void Write(ByteWriter& bytes, const Value& value) {
  std::visit(ValueWriter(bytes), value.data);
}

std::vector<uint8_t> WriteAll(std::span<const Value> values) {
  ByteWriter bytes;
  for (const Value& value : values)
    Write(bytes, value);
  return bytes.Take();
}

}  // namespace weir::amf

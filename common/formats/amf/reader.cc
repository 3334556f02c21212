#include "formats/amf/reader.h"

#include <bit>
#include <utility>

#include <fmt/format.h>

#include "formats/amf/marker.h"

namespace weir::amf {
namespace {

tl::unexpected<Error> CutShort() {
  return Fail(ErrorCode::kMalformed, "amf value is cut short");
}

template <class T>
Result<Value> Wrap(Result<T> part) {
  if (!part) return tl::unexpected(std::move(part).error());
  return Value{.data = *std::move(part)};
}

}  // namespace

Result<Value> Reader::Next() {
  Result<Value> value = ReadValue(0);
  if (value && !bytes_.ok()) return CutShort();
  return value;
}

Result<Value> Reader::ReadValue(size_t depth) {
  if (++values_ > limits_.values_max) return Fail(ErrorCode::kLimitExceeded, "too many amf values");
  if (bytes_.remaining() == 0) return CutShort();
  const uint8_t marker = bytes_.U8();
  switch (static_cast<Marker>(marker)) {
    case Marker::kNumber:
      return Value{.data = std::bit_cast<double>(bytes_.U64())};
    case Marker::kBoolean:
      return Value{.data = bytes_.U8() != 0};
    case Marker::kString:
      return Wrap(ReadText(bytes_.U16()));
    case Marker::kLongString:
    case Marker::kXmlDocument:
      return Wrap(ReadText(bytes_.U32()));
    case Marker::kNull:
      return Value{.data = Null{}};
    case Marker::kUndefined:
    case Marker::kUnsupported:
      return Value{.data = Undefined{}};
    case Marker::kDate: {
      const double unix_ms = std::bit_cast<double>(bytes_.U64());
      return Value{.data = Date{.unix_ms = unix_ms, .zone = static_cast<int16_t>(bytes_.U16())}};
    }
    default:
      return ReadCompound(marker, depth);
  }
}

Result<Value> Reader::ReadCompound(uint8_t marker, size_t depth) {
  if (depth >= limits_.depth_max)
    return Fail(ErrorCode::kLimitExceeded, "amf values are nested too deep");
  Object object;
  switch (static_cast<Marker>(marker)) {
    case Marker::kStrictArray:
      return ReadArray(depth + 1);
    case Marker::kObject:
      break;
    case Marker::kEcmaArray:
      object.form = Object::Form::kEcmaArray;
      bytes_.U32();  // A count that writers get wrong; the end marker is what counts.
      break;
    case Marker::kTypedObject: {
      object.form = Object::Form::kTyped;
      Result<std::string> class_name = ReadText(bytes_.U16());
      if (!class_name) return tl::unexpected(std::move(class_name).error());
      object.class_name = *std::move(class_name);
      break;
    }
    case Marker::kMovieClip:
    case Marker::kReference:
    case Marker::kRecordSet:
    case Marker::kAmf3:
      return Fail(ErrorCode::kUnsupported, fmt::format("amf marker {:#04x}", marker));
    default:
      return Fail(ErrorCode::kMalformed, fmt::format("amf marker {:#04x}", marker));
  }
  Result<std::vector<Member>> members = ReadMembers(depth + 1);
  if (!members) return tl::unexpected(std::move(members).error());
  object.members = *std::move(members);
  return Value{.data = std::move(object)};
}

Result<std::vector<Member>> Reader::ReadMembers(size_t depth) {
  std::vector<Member> members;
  while (true) {
    Result<std::string> name = ReadText(bytes_.U16());
    if (!name) return tl::unexpected(std::move(name).error());
    if (name->empty()) {
      ByteReader ahead = bytes_;
      if (ahead.U8() == static_cast<uint8_t>(Marker::kObjectEnd) && ahead.ok()) {
        bytes_ = ahead;
        return members;
      }
    }
    Result<Value> value = ReadValue(depth);
    if (!value) return tl::unexpected(std::move(value).error());
    members.push_back({.name = *std::move(name), .value = *std::move(value)});
  }
}

Result<Value> Reader::ReadArray(size_t depth) {
  const uint32_t count = bytes_.U32();
  if (!bytes_.ok() || count > bytes_.remaining()) return CutShort();  // An item has a byte or more.
  Array array;
  for (uint32_t i = 0; i < count; ++i) {
    Result<Value> item = ReadValue(depth);
    if (!item) return item;
    array.items.push_back(*std::move(item));
  }
  return Value{.data = std::move(array)};
}

Result<std::string> Reader::ReadText(size_t size) {
  if (size > limits_.text_max) return Fail(ErrorCode::kLimitExceeded, "amf string is too long");
  const std::span<const uint8_t> text = bytes_.Bytes(size);
  if (!bytes_.ok()) return CutShort();
  return std::string(text.begin(), text.end());
}

Result<std::vector<Value>> ReadAll(std::span<const uint8_t> bytes, Limits limits) {
  Reader reader(bytes, limits);
  std::vector<Value> values;
  while (!reader.at_end()) {
    Result<Value> value = reader.Next();
    if (!value) return tl::unexpected(std::move(value).error());
    values.push_back(*std::move(value));
  }
  return values;
}

}  // namespace weir::amf

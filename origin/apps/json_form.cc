#include "origin/apps/json_form.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "origin/apps/json_names.h"

namespace weir::origin {
namespace {

using Json = nlohmann::json;
using config::Draft;
using config::KnownElement;

constexpr size_t kTextMax = 65'536;

tl::unexpected<Error> Wrong(std::string message) {
  return Fail(ErrorCode::kMalformed, std::move(message));
}

std::string Below(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

template <class T>
std::optional<T> ReadAll(std::string_view text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

/// A value that is not of its kind is shown as it stands.
Json ValueOf(const std::string& text, ValueKind kind) {
  switch (kind) {
    case ValueKind::kText:
      break;
    case ValueKind::kWhole:
      if (const auto whole = ReadAll<int64_t>(text)) return *whole;
      break;
    case ValueKind::kNumber:
      if (const auto whole = ReadAll<int64_t>(text)) return *whole;
      if (const auto number = ReadAll<double>(text)) return *number;
      break;
    case ValueKind::kFlag:
      if (text == "true" || text == "false") return text == "true";
      break;
  }
  return text;
}

bool IsPlain(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
}

}  // namespace

/// Where the reader is.
struct JsonForm::Spot {
  std::string path;  ///< "publishers.llhls"
  std::string_view shape;
  ValueKind kind = ValueKind::kText;
  Extent extent = Extent::kWhole;
};

Result<Draft> JsonForm::Read(std::string_view name, std::string_view shape, const Json& json,
                             Extent extent) const {
  const KnownElement element{.name = std::string(name), .shape = std::string(shape)};
  return ReadElement(element, json, {.path = {}, .shape = element.shape, .extent = extent});
}

Result<Draft> JsonForm::ReadElement(const KnownElement& element, const Json& json,
                                    const Spot& spot) const {
  Draft draft{.name = element.name, .text = {}, .where = where_, .attributes = {}, .children = {}};
  if (element.shape.empty()) {
    Result<std::string> text = ReadValue(json, spot);
    if (!text) return tl::unexpected(text.error());
    draft.text = *std::move(text);
    return draft;
  }
  if (const Status read = ReadMembers(json, spot, draft); !read)
    return tl::unexpected(read.error());
  return draft;
}

Status JsonForm::ReadMembers(const Json& json, const Spot& spot, Draft& draft) const {
  const std::vector<KnownElement>& known = table_.ChildrenOf(spot.shape);
  // An element that only holds a list may be given as that list.
  if (json.is_array() && known.size() == 1 && JsonMemberOf(spot.shape, known.front()).list)
    return ReadMember(known.front(), json, spot, draft);
  if (!json.is_object()) {
    return Wrong(fmt::format("{} must be an object",
                             spot.path.empty() ? std::string("Request body") : spot.path));
  }
  for (const auto& [name, value] : json.items()) {
    const std::string& key = name;  // clang 14 captures no binding
    const auto found = std::find_if(known.begin(), known.end(), [&](const KnownElement& element) {
      return IsSpelling(key, JsonMemberOf(spot.shape, element), element);
    });
    const std::string path = Below(spot.path, key);
    if (found == known.end()) return Wrong(fmt::format("Unknown item found: {}", path));
    if (value.is_null()) continue;
    if (draft.Child(found->name) != nullptr) return Wrong(fmt::format("{} is given twice", path));
    Spot inside = spot;
    inside.path = path;
    if (const Status read = ReadMember(*found, value, inside, draft); !read) return read;
  }
  if (spot.extent == Extent::kPart) return {};
  for (const KnownElement& element : known) {
    if (!element.mandatory || draft.Child(element.name) != nullptr) continue;
    return Wrong(
        fmt::format("{} is required", Below(spot.path, JsonMemberOf(spot.shape, element).key)));
  }
  return {};
}

/// `spot` is the member's path, in the shape it stands in.
Status JsonForm::ReadMember(const KnownElement& element, const Json& json, const Spot& spot,
                            Draft& parent) const {
  const JsonMember member = JsonMemberOf(spot.shape, element);
  Spot inside{
      .path = spot.path, .shape = element.shape, .kind = member.kind, .extent = spot.extent};
  if (!member.list) {
    Result<Draft> read = ReadElement(element, json, inside);
    if (!read) return tl::unexpected(read.error());
    parent.children.push_back(*std::move(read));
    return {};
  }
  if (!json.is_array()) return Wrong(fmt::format("{} must be an array", spot.path));
  inside.extent = Extent::kWhole;  // items replace what was there
  for (size_t i = 0; i < json.size(); ++i) {
    inside.path = fmt::format("{}[{}]", spot.path, i);
    Result<Draft> read = ReadElement(element, json[i], inside);
    if (!read) return tl::unexpected(read.error());
    parent.children.push_back(*std::move(read));
  }
  return {};
}

/// Numbers and flags may be given as text, and numbers where a text is wanted ("128000").
Result<std::string> JsonForm::ReadValue(const Json& json, const Spot& spot) const {
  const bool numeric = json.is_number();
  if (json.is_boolean() && spot.kind == ValueKind::kFlag)
    return json.get<bool>() ? "true" : "false";
  if (numeric && spot.kind != ValueKind::kFlag) {
    if (spot.kind == ValueKind::kWhole && !json.is_number_integer())
      return Wrong(fmt::format("{} must be a whole number", spot.path));
    return json.dump();
  }
  if (!json.is_string()) {
    const std::string_view wanted = spot.kind == ValueKind::kFlag   ? "true or false"
                                    : spot.kind == ValueKind::kText ? "a string"
                                                                    : "a number";
    return Wrong(fmt::format("{} must be {}", spot.path, wanted));
  }
  const auto& text = json.get_ref<const std::string&>();
  if (text.size() > kTextMax) return Wrong(fmt::format("{} is too long", spot.path));
  if (!std::all_of(text.begin(), text.end(), IsPlain))
    return Wrong(fmt::format("{} has control characters", spot.path));
  if (spot.kind != ValueKind::kText && ValueOf(text, spot.kind).is_string())
    return Wrong(fmt::format("{} must be {}", spot.path,
                             spot.kind == ValueKind::kFlag ? "true or false" : "a number"));
  return text;
}

Json JsonForm::Write(const Draft& element, std::string_view shape) const {
  Json json = Json::object();
  for (const KnownElement& known : table_.ChildrenOf(shape)) {
    const JsonMember member = JsonMemberOf(shape, known);
    for (const Draft& child : element.children) {
      if (child.name != known.name) continue;
      Json value =
          known.shape.empty() ? ValueOf(child.text, member.kind) : Write(child, known.shape);
      if (member.collapsed) {
        Json list = value.empty() ? Json::array() : std::move(value.begin().value());
        value = std::move(list);
      }
      if (member.list) {
        json[member.key].push_back(std::move(value));
      } else if (!json.contains(member.key)) {
        json[member.key] = std::move(value);
      }
    }
  }
  return json;
}

void MergeJson(const Json& patch, Json& target) {
  for (const auto& [key, value] : patch.items()) {
    if (value.is_object() && target.contains(key) && target[key].is_object()) {
      MergeJson(value, target[key]);
    } else {
      target[key] = value;
    }
  }
}

}  // namespace weir::origin

#include "protocols/hls/naming.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <span>
#include <system_error>

#include <fmt/format.h>

#include "crypto/digest.h"
#include "crypto/hex.h"

namespace weir::hls {
namespace {

constexpr size_t kKeySizeMax = 64;
constexpr size_t kNameSizeMax = 256;
constexpr std::string_view kPlaylistEnd = "_llhls.m3u8";
constexpr std::string_view kMediaEnd = "_llhls.m4s";
constexpr std::string_view kTsPlaylistEnd = "_hls.m3u8";
constexpr std::string_view kTsMediaEnd = "_hls.ts";
/// More fields than any name has.
constexpr size_t kFieldsMax = 6;

struct Fields {
  std::array<std::string_view, kFieldsMax> at;
  size_t count = 0;
};

/// What stands between the underscores; no fields where there are too many.
Fields Split(std::string_view text) {
  Fields fields;
  for (;;) {
    if (fields.count == kFieldsMax) return {};
    const size_t end = text.find('_');
    fields.at.at(fields.count++) = text.substr(0, end);
    if (end == std::string_view::npos) return fields;
    text.remove_prefix(end + 1);
  }
}

template <class Number>
bool ReadNumber(std::string_view text, Number& number) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  // One file has one name: no leading zeroes.
  const bool plain = text.size() < 2 || text.front() != '0';
  return error == std::errc() && stop == end && text.front() != '-' && plain;
}

bool ReadKind(std::string_view text, media::MediaKind& kind) {
  for (const media::MediaKind each : {media::MediaKind::kVideo, media::MediaKind::kAudio}) {
    if (text != media::NameOf(each)) continue;
    kind = each;
    return true;
  }
  return false;
}

bool ReadKey(std::string_view text, std::string& key) {
  const auto is_plain = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  key = text;
  return !key.empty() && key.size() <= kKeySizeMax && std::all_of(key.begin(), key.end(), is_plain);
}

bool ReadFields(const Fields& fields, FileName& name) {
  const auto& at = fields.at;
  switch (name.type) {
    case FileName::Type::kChunklist:
    case FileName::Type::kInit:
      return fields.count == 4 && ReadNumber(at[1], name.track) && ReadKind(at[2], name.kind) &&
             ReadKey(at[3], name.key);
    case FileName::Type::kSegment:
      return fields.count == 5 && ReadNumber(at[1], name.track) && ReadNumber(at[2], name.number) &&
             ReadKind(at[3], name.kind) && ReadKey(at[4], name.key);
    case FileName::Type::kPart:
      return fields.count == 6 && ReadNumber(at[1], name.track) && ReadNumber(at[2], name.number) &&
             ReadNumber(at[3], name.part) && ReadKind(at[4], name.kind) && ReadKey(at[5], name.key);
    case FileName::Type::kTsChunklist:
      return fields.count == 3 && ReadNumber(at[1], name.track) && ReadKey(at[2], name.key);
    case FileName::Type::kTsSegment:
      return fields.count == 4 && ReadNumber(at[1], name.track) && ReadNumber(at[2], name.number) &&
             ReadKey(at[3], name.key);
  }
  return false;
}

/// How names of one type begin and end.
struct Shape {
  FileName::Type type;
  std::string_view word;
  std::string_view end;
};

constexpr std::array kShapes{
    Shape{FileName::Type::kChunklist, "chunklist", kPlaylistEnd},
    Shape{FileName::Type::kInit, "init", kMediaEnd},
    Shape{FileName::Type::kSegment, "seg", kMediaEnd},
    Shape{FileName::Type::kPart, "part", kMediaEnd},
    Shape{FileName::Type::kTsChunklist, "medialist", kTsPlaylistEnd},
    Shape{FileName::Type::kTsSegment, "seg", kTsMediaEnd},
};

/// Null where no name looks like this one.
const Shape* ShapeOf(std::string_view name) {
  const std::string_view word = name.substr(0, name.find('_'));
  const auto* const found = std::find_if(kShapes.begin(), kShapes.end(), [&](const Shape& shape) {
    return word == shape.word && name.ends_with(shape.end);
  });
  return found == kShapes.end() ? nullptr : found;
}

}  // namespace

std::string FileName::text() const {
  const std::string_view kind_name = media::NameOf(kind);
  switch (type) {
    case Type::kChunklist:
      return fmt::format("chunklist_{}_{}_{}{}", track, kind_name, key, kPlaylistEnd);
    case Type::kInit:
      return fmt::format("init_{}_{}_{}{}", track, kind_name, key, kMediaEnd);
    case Type::kSegment:
      return fmt::format("seg_{}_{}_{}_{}{}", track, number, kind_name, key, kMediaEnd);
    case Type::kPart:
      return fmt::format("part_{}_{}_{}_{}_{}{}", track, number, part, kind_name, key, kMediaEnd);
    case Type::kTsChunklist:
      return fmt::format("medialist_{}_{}{}", track, key, kTsPlaylistEnd);
    case Type::kTsSegment:
      return fmt::format("seg_{}_{}_{}{}", track, number, key, kTsMediaEnd);
  }
  return {};
}

std::optional<FileName> ParseFileName(std::string_view name) {
  if (name.size() > kNameSizeMax) return std::nullopt;
  const Shape* const shape = ShapeOf(name);
  if (shape == nullptr) return std::nullopt;
  const Fields fields = Split(name.substr(0, name.size() - shape->end.size()));
  FileName parsed{.type = shape->type, .key = {}};
  if (!ReadFields(fields, parsed)) return std::nullopt;
  return parsed;
}

bool IsMultivariantName(std::string_view name) {
  return name.ends_with(".m3u8") && !name.starts_with("chunklist_") &&
         !name.starts_with("medialist_");
}

std::string ChunklistKey(std::string_view path) {
  constexpr size_t kKeyBytes = 8;
  const crypto::Sha256Digest digest =
      crypto::Sha256({reinterpret_cast<const uint8_t*>(path.data()), path.size()});
  return crypto::HexEncode(std::span(digest).first(kKeyBytes));
}

}  // namespace weir::hls

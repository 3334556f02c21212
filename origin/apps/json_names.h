#pragma once

#include <string>
#include <string_view>

#include "config/element_table.h"

namespace weir::origin {

/// What a plain value is in JSON.
enum class ValueKind { kText, kWhole, kNumber, kFlag };

/// How one element looks in JSON, by OvenMediaEngine's rules: its name with a small first letter,
/// but for those that have names of their own.
struct JsonMember {
  std::string key;         ///< "llhls", "videos", "hLSChunklistPathDepth"
  bool list = false;       ///< May be there several times: an array.
  bool collapsed = false;  ///< Holds nothing but a list, and is that list: "names":["*"].
  ValueKind kind = ValueKind::kText;
};

/// `shape` is that of the element it stands in.
JsonMember JsonMemberOf(std::string_view shape, const config::KnownElement& element);

/// Whether `key` is meant to be that member: in its own spelling, in that of the XML, or with
/// other capitals and underscores ("hlsChunklistPathDepth").
bool IsSpelling(std::string_view key, const JsonMember& member,
                const config::KnownElement& element);

}  // namespace weir::origin

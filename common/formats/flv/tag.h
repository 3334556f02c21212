#pragma once

#include <cstdint>

#include "base/shared_bytes.h"

namespace weir::flv {

/// TagType of FLV, and the type id of the same RTMP message.
enum class TagType : uint8_t { kAudio = 8, kVideo = 9, kScript = 18 };

struct Tag {
  TagType type = TagType::kScript;
  /// All 32 bits, extended byte included.
  uint32_t timestamp_ms = 0;
  SharedBytes body;
};

}  // namespace weir::flv

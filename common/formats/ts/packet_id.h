#pragma once

#include <cstddef>
#include <cstdint>

namespace weir::ts {

inline constexpr size_t kPacketSize = 188;
inline constexpr uint8_t kSyncByte = 0x47;

inline constexpr uint16_t kAssociationPid = 0;
inline constexpr uint16_t kMapPid = 0x1000;
/// Of the first elementary stream; the others follow.
inline constexpr uint16_t kFirstStreamPid = 0x100;

}  // namespace weir::ts

#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "formats/ts/packet_id.h"

namespace weir::ts {

/// One elementary stream, as the program map lists it.
struct MappedStream {
  uint16_t pid = 0;
  uint8_t stream_type = 0;
};

/// The program association section (ISO/IEC 13818-1, 2.4.4.3): one program, whose map has kMapPid.
std::vector<uint8_t> AssociationSection();

/// The program map section (2.4.4.8). `streams` has at most 100.
std::vector<uint8_t> MapSection(uint16_t clock_pid, std::span<const MappedStream> streams);

}  // namespace weir::ts

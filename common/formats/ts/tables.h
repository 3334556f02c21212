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
  std::span<const uint8_t> descriptors{};  ///< Whole ones, of the elementary stream.
};

/// The program association section (ISO/IEC 13818-1, 2.4.4.3): one program, whose map has kMapPid.
std::vector<uint8_t> AssociationSection();

/// The program map section (2.4.4.8) of that version modulo 32. `streams` has at most 100, and with
/// their descriptors, and those of the program, fits one packet.
std::vector<uint8_t> MapSection(uint16_t clock_pid, std::span<const MappedStream> streams,
                                unsigned version = 0, std::span<const uint8_t> descriptors = {});

}  // namespace weir::ts

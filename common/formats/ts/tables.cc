#include "formats/ts/tables.h"

#include <cstddef>

#include "base/byte_writer.h"
#include "formats/ts/crc32.h"

namespace weir::ts {
namespace {

constexpr uint8_t kAssociationTable = 0;
constexpr uint8_t kMapTable = 2;
constexpr uint16_t kProgram = 1;
constexpr uint16_t kTransportStream = 1;
constexpr uint16_t kReserved3 = 0xE000;  // three bits of ones before a PID
constexpr uint16_t kReserved4 = 0xF000;  // four before a length
constexpr size_t kCrcSize = 4;

/// Head, `content` and CRC of a section that is the only one of its table.
std::vector<uint8_t> Section(uint8_t table, uint16_t id, std::span<const uint8_t> content,
                             unsigned version = 0) {
  constexpr unsigned kVersions = 32;
  constexpr size_t kHeadAfterLength = 5;
  ByteWriter out;
  out.U8(table);
  // section_syntax_indicator, a zero, two reserved bits.
  out.U16(static_cast<uint16_t>(0xB000 | (kHeadAfterLength + content.size() + kCrcSize)));
  out.U16(id);
  // Two reserved bits, the version, and that it is current.
  out.U8(static_cast<uint8_t>(0xC0 | version % kVersions << 1 | 1));
  out.U8(0);  // section number, and that of the last
  out.U8(0);
  out.Bytes(content);
  out.U32(Crc32(out.view()));
  return out.Take();
}

}  // namespace

std::vector<uint8_t> AssociationSection() {
  ByteWriter programs;
  programs.U16(kProgram);
  programs.U16(kReserved3 | kMapPid);
  return Section(kAssociationTable, kTransportStream, programs.view());
}

std::vector<uint8_t> MapSection(uint16_t clock_pid, std::span<const MappedStream> streams,
                                unsigned version, std::span<const uint8_t> descriptors) {
  ByteWriter map;
  map.U16(static_cast<uint16_t>(kReserved3 | clock_pid));
  map.U16(static_cast<uint16_t>(kReserved4 | descriptors.size()));
  map.Bytes(descriptors);
  for (const MappedStream& stream : streams) {
    map.U8(stream.stream_type);
    map.U16(static_cast<uint16_t>(kReserved3 | stream.pid));
    map.U16(static_cast<uint16_t>(kReserved4 | stream.descriptors.size()));
    map.Bytes(stream.descriptors);
  }
  return Section(kMapTable, kProgram, map.view(), version);
}

}  // namespace weir::ts

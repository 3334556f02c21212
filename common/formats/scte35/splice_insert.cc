#include "formats/scte35/splice_insert.h"

#include "base/byte_writer.h"
#include "formats/ts/crc32.h"

namespace weir::scte35 {
namespace {

constexpr uint8_t kTableId = 0xFC;
constexpr uint8_t kSpliceInsert = 0x05;
constexpr uint16_t kProgramId = 1;
constexpr size_t kCrcSize = 4;
constexpr uint64_t kTimeMask = 0x1'FFFF'FFFF;  // 33 bits

std::vector<uint8_t> Command(const SpliceInsert& splice) {
  ByteWriter out;
  out.U32(splice.event_id);
  out.U8(0x7F);  // not cancelled
  // program_splice, splice_immediate, and the reserved bits.
  out.U8(static_cast<uint8_t>(0x5F | (splice.out_of_network ? 0x80 : 0) |
                              (splice.duration ? 0x20 : 0)));
  if (splice.duration) {
    const auto ticks = static_cast<uint64_t>(splice.duration->count()) * 90 & kTimeMask;
    out.U8(static_cast<uint8_t>((splice.auto_return ? 0xFE : 0x7E) | ticks >> 32));
    out.U32(static_cast<uint32_t>(ticks));
  }
  out.U16(kProgramId);
  out.U8(0);  // avail_num
  out.U8(0);  // avails_expected
  return out.Take();
}

}  // namespace

std::vector<uint8_t> WriteSection(const SpliceInsert& splice) {
  const std::vector<uint8_t> command = Command(splice);
  ByteWriter body;
  body.U8(0);                                                // protocol_version
  body.Zeros(5);                                             // not encrypted, pts_adjustment
  body.U8(0xFF);                                             // cw_index
  body.U8(0xFF);                                             // tier, all of it set,
  body.U16(static_cast<uint16_t>(0xF000 | command.size()));  // and its end
  body.U8(kSpliceInsert);
  body.Bytes(command);
  body.U16(0);  // descriptor_loop_length
  ByteWriter out;
  out.U8(kTableId);
  out.U16(static_cast<uint16_t>(0x3000 | (body.size() + kCrcSize)));
  out.Bytes(body.view());
  out.U32(ts::Crc32(out.view()));
  return out.Take();
}

}  // namespace weir::scte35

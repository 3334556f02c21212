#include "formats/ts/packet_writer.h"

#include <algorithm>

#include "base/check.h"
#include "formats/ts/packet_id.h"

namespace weir::ts {
namespace {

constexpr size_t kHeadSize = 4;
constexpr size_t kBodySize = kPacketSize - kHeadSize;
constexpr uint8_t kStuffing = 0xFF;
constexpr size_t kClockSize = 6;
constexpr size_t kFlagsSize = 1;
constexpr size_t kLengthSize = 1;
constexpr uint8_t kRandomAccessFlag = 0x40;
constexpr uint8_t kClockFlag = 0x10;
constexpr size_t kCounterRound = 16;

uint8_t Byte(uint64_t value) {
  return static_cast<uint8_t>(value);
}

/// Bytes of the adaptation field that `notes` need, its length byte included.
size_t FieldSize(const PacketNotes& notes) {
  if (!notes.clock && !notes.random_access) return 0;
  return kLengthSize + kFlagsSize + (notes.clock ? kClockSize : 0);
}

}  // namespace

void PacketWriter::WriteHead(bool unit_start, bool adaptation, bool payload) {
  out_.push_back(kSyncByte);
  out_.push_back(Byte((unit_start ? 0x40U : 0U) | pid_ >> 8));
  out_.push_back(Byte(pid_));
  // A packet without payload repeats the counter of the one before.
  const uint8_t counter = payload ? counter_++ : Byte(counter_ - 1U);
  counter_ &= kCounterMask;
  out_.push_back(
      Byte((adaptation ? 0x20U : 0U) | (payload ? 0x10U : 0U) | (counter & kCounterMask)));
}

void PacketWriter::WriteAdaptation(const PacketNotes& notes, size_t field_size) {
  const size_t end = out_.size() + field_size;
  out_.push_back(Byte(field_size - kLengthSize));
  if (field_size == kLengthSize) return;  // one byte of stuffing: the length itself
  out_.push_back(
      Byte((notes.random_access ? kRandomAccessFlag : 0U) | (notes.clock ? kClockFlag : 0U)));
  if (notes.clock) {
    const auto base = static_cast<uint64_t>(*notes.clock);  // 33 bits of it
    for (const int shift : {25, 17, 9, 1})
      out_.push_back(Byte(base >> shift));
    out_.push_back(Byte((base & 1) << 7 | 0x7E));  // six reserved bits, extension 0
    out_.push_back(0);
  }
  out_.resize(end, kStuffing);
}

void PacketWriter::WriteSection(std::span<const uint8_t> section) {
  WEIR_CHECK(section.size() < kBodySize);
  WriteHead(true, false, true);
  const size_t end = out_.size() + kBodySize;
  out_.push_back(0);  // pointer_field: the section starts at once
  out_.insert(out_.end(), section.begin(), section.end());
  out_.resize(end, kStuffing);
}

void PacketWriter::WriteClock(int64_t clock) {
  WriteHead(false, true, false);
  WriteAdaptation({.clock = clock}, kBodySize);
}

void PacketWriter::WritePes(std::span<const uint8_t> bytes, const PacketNotes& notes,
                            bool to_full_round) {
  const size_t first_field = FieldSize(notes);
  size_t packets = (bytes.size() + first_field + kBodySize - 1) / kBodySize;
  if (to_full_round)
    packets += (kCounterRound - (counter_ + packets) % kCounterRound) % kCounterRound;
  WEIR_CHECK(packets >= 1 && bytes.size() >= packets);
  for (bool first = true; packets > 0; first = false) {
    --packets;
    const size_t needed = first ? first_field : 0;
    // Each packet to come has a byte at least.
    const size_t taken = std::min(kBodySize - needed, bytes.size() - packets);
    const size_t field = kBodySize - taken;
    WriteHead(first, field > 0, true);
    if (field > 0) WriteAdaptation(first ? notes : PacketNotes{}, field);
    out_.insert(out_.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(taken));
    bytes = bytes.subspan(taken);
  }
}

}  // namespace weir::ts

#include "formats/ts/segment.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <utility>

#include "formats/ts/elementary_writer.h"
#include "formats/ts/packet_id.h"
#include "formats/ts/packet_writer.h"
#include "formats/ts/pes.h"
#include "formats/ts/tables.h"
#include "formats/ts/unit_framer.h"

namespace weir::ts {
namespace {

/// The clock is told a little more often than every 100 ms.
constexpr int64_t kClockStep = 8'100;

/// Behind those of all elementary streams there can be.
constexpr uint16_t kTagPid = kFirstStreamPid + 0x80;
constexpr uint8_t kMetadataStreamType = 0x15;

/// metadata_descriptor (ISO/IEC 13818-1, 2.6.60): ID3, in PES packets.
constexpr std::array<uint8_t, 15> kMetadata{0x26, 13,  0xFF, 0xFF, 'I', 'D', '3', ' ',
                                            0xFF, 'I', 'D',  '3',  ' ', 0,   0x0F};
/// metadata_pointer_descriptor (2.6.58): to the stream with that, of program 1.
constexpr std::array<uint8_t, 17> kMetadataPointer{0x25, 15,  0xFF, 0xFF, 'I', 'D',  '3', ' ', 0xFF,
                                                   'I',  'D', '3',  ' ',  0,   0x1F, 0,   1};

/// Puts the packets of all tracks in order.
class Multiplexer {
 public:
  Multiplexer(std::span<const TimedTag> tags, std::vector<uint8_t>& out)
      : tags_(tags), tag_packets_(kTagPid, 0, out), out_(out) {}

  Status Add(const ElementaryStream& stream) {
    const auto pid = static_cast<uint16_t>(kFirstStreamPid + writers_.size());
    auto writer = ElementaryWriter::For(stream, pid, out_);
    if (!writer) return tl::unexpected(writer.error());
    writers_.push_back(std::move(*writer));
    mapped_.push_back({.pid = pid, .stream_type = StreamTypeOf(stream.track->codec)});
    if (!stream.units.empty())
      end_ = std::max(end_, stream.units.back().dts + stream.units.back().duration);
    return {};
  }

  Status Write(int64_t number) {
    PacketWriter(kAssociationPid, number, out_).WriteSection(AssociationSection());
    PacketWriter(kMapPid, number, out_).WriteSection(Map());
    while (ElementaryWriter* const next = Next()) {
      const int64_t due = next->due();
      WriteTagsUpTo(due);
      WriteClocksUpTo(due);
      const bool with_clock = next == writers_.data();
      if (with_clock) clock_ = due;
      if (Status written = next->WriteNext(with_clock); !written) return written;
    }
    WriteTagsUpTo(std::numeric_limits<int64_t>::max());
    WriteClocksUpTo(end_);
    return {};
  }

 private:
  std::vector<uint8_t> Map() {
    if (tags_.empty()) return MapSection(kFirstStreamPid, mapped_);
    mapped_.push_back(
        {.pid = kTagPid, .stream_type = kMetadataStreamType, .descriptors = kMetadata});
    return MapSection(kFirstStreamPid, mapped_, /*version=*/1, kMetadataPointer);
  }

  void WriteTagsUpTo(int64_t time) {
    while (!tags_.empty() && tags_.front().pts <= time) {
      const TimedTag& tag = tags_.front();
      std::vector<uint8_t> pes;
      AppendPesHead({.stream_id = kPrivateStreamId,
                     .pts = tag.pts + kDecodeDelay,
                     .dts = tag.pts + kDecodeDelay},
                    tag.tag.size(), pes);
      pes.insert(pes.end(), tag.tag.begin(), tag.tag.end());
      tags_ = tags_.subspan(1);
      tag_packets_.WritePes(pes, {}, /*to_full_round=*/tags_.empty());
    }
  }

  /// The one whose packet is due first; null when all are done.
  ElementaryWriter* Next() {
    ElementaryWriter* next = nullptr;
    for (ElementaryWriter& writer : writers_) {
      if (!writer.done() && (next == nullptr || writer.due() < next->due())) next = &writer;
    }
    return next;
  }

  void WriteClocksUpTo(int64_t time) {
    // Not over holes: a jump of the clock is told where it ends.
    constexpr int64_t kHole = 900'000;
    if (!clock_ || time - *clock_ > kHole) return;
    while (*clock_ + kClockStep < time) {
      *clock_ += kClockStep;
      writers_.front().WriteClock(*clock_);
    }
  }

  std::span<const TimedTag> tags_;  // that are left
  PacketWriter tag_packets_;
  std::vector<uint8_t>& out_;
  std::vector<ElementaryWriter> writers_;
  std::vector<MappedStream> mapped_;
  std::optional<int64_t> clock_;  // the last that was told
  int64_t end_ = 0;
};

size_t PayloadSize(std::span<const ElementaryStream> streams) {
  size_t size = 0;
  for (const ElementaryStream& stream : streams) {
    for (const Unit& unit : stream.units)
      size += unit.payload.size();
  }
  return size;
}

}  // namespace

bool CanCarry(const media::Track& track) {
  return track.codec != media::CodecId::kOpus && UnitFramer::For(track).has_value();
}

Result<std::vector<uint8_t>> WriteSegment(std::span<const ElementaryStream> streams, int64_t number,
                                          std::span<const TimedTag> tags) {
  std::vector<uint8_t> out;
  // Heads and stuffing take a tenth at most, of all but the thinnest streams.
  const size_t payload = PayloadSize(streams);
  out.reserve(payload + payload / 8 + 100 * kPacketSize);
  Multiplexer multiplexer(tags, out);
  for (const ElementaryStream& stream : streams) {
    if (Status added = multiplexer.Add(stream); !added) return tl::unexpected(added.error());
  }
  if (Status written = multiplexer.Write(number); !written) return tl::unexpected(written.error());
  return out;
}

}  // namespace weir::ts

#include "formats/ts/elementary_writer.h"

#include <utility>

#include "formats/ts/pes.h"

namespace weir::ts {
namespace {

/// Audio frames are put together up to so much: one alone would leave half a packet empty.
constexpr size_t kAudioSizeMax = 2'800;
constexpr int64_t kAudioTimeMax = 9'000;
/// Between the end of one frame and the start of the next: rounding, no hole.
constexpr int64_t kSmallStep = 90;

}  // namespace

Result<ElementaryWriter> ElementaryWriter::For(const ElementaryStream& stream, uint16_t pid,
                                               std::vector<uint8_t>& out) {
  auto framer = UnitFramer::For(*stream.track);
  if (!framer) return tl::unexpected(framer.error());
  return ElementaryWriter(stream, PacketWriter(pid, 0, out), std::move(*framer));
}

bool ElementaryWriter::FitsBehind(const Unit& unit, int64_t start) const {
  if (stream_->track->kind() == media::MediaKind::kVideo || done()) return false;
  const Unit& next = stream_->units[next_];
  const int64_t step = next.pts - (unit.pts + unit.duration);
  return step >= -kSmallStep && step <= kSmallStep && next.dts - start < kAudioTimeMax &&
         payload_.size() + AdtsHeader::kSize + next.payload.size() <= kAudioSizeMax;
}

Status ElementaryWriter::WriteNext(bool with_clock) {
  const Unit& first = stream_->units[next_];
  payload_.clear();
  const Unit* added = nullptr;
  do {
    added = &stream_->units[next_++];
    if (Status appended = framer_.Append(added->payload, added->key, payload_); !appended)
      return appended;
  } while (FitsBehind(*added, first.dts));
  pes_.clear();
  AppendPesHead({.stream_id = framer_.stream_id(),
                 .pts = first.pts + kDecodeDelay,
                 .dts = first.dts + kDecodeDelay},
                payload_.size(), pes_);
  pes_.insert(pes_.end(), payload_.begin(), payload_.end());
  PacketNotes notes{.random_access = first.key};
  if (with_clock) notes.clock = first.dts;
  packets_.WritePes(pes_, notes, done());
  return {};
}

}  // namespace weir::ts

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
  ElementaryWriter writer(stream, PacketWriter(pid, 0, out));
  const media::Track& track = *stream.track;
  if (track.kind() == media::MediaKind::kVideo) {
    auto annex_b = AnnexB::For(track);
    if (!annex_b) return tl::unexpected(annex_b.error());
    writer.annex_b_ = std::move(*annex_b);
    return writer;
  }
  if (track.codec == media::CodecId::kAac) writer.adts_ = AdtsHeader::For(track.config.view());
  if (!writer.adts_) return Fail(ErrorCode::kUnsupported, "this audio cannot be carried in ADTS");
  return writer;
}

Status ElementaryWriter::AppendUnit(const Unit& unit) {
  if (annex_b_) {
    annex_b_->Append(unit.payload, unit.key, payload_);
    return {};
  }
  if (unit.payload.size() > AdtsHeader::kFrameSizeMax)
    return Fail(ErrorCode::kUnsupported, "an audio frame too long for ADTS");
  const auto head = adts_->Of(unit.payload.size());
  payload_.insert(payload_.end(), head.begin(), head.end());
  payload_.insert(payload_.end(), unit.payload.begin(), unit.payload.end());
  return {};
}

bool ElementaryWriter::FitsBehind(const Unit& unit, int64_t start) const {
  if (annex_b_ || done()) return false;
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
    if (Status appended = AppendUnit(*added); !appended) return appended;
  } while (FitsBehind(*added, first.dts));
  pes_.clear();
  AppendPesHead({.stream_id = annex_b_ ? kVideoStreamId : kAudioStreamId,
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

#include "protocols/hls/part_builder.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace weir::hls {
namespace {

/// The least of PART-TARGET that a part has which is not the last before a boundary: 85 %
/// (draft-pantos-hls-rfc8216bis, 4.4.3.7).
constexpr MediaTime EnoughOf(MediaTime target) {
  return (17 * target + MediaTime(19)) / 20;
}

}  // namespace

PartBuilder::PartBuilder(const media::Track& track, PartLimits limits, Sink& sink)
    : target_(track.part_target),
      frame_duration_(track.frame_duration),
      video_(track.kind() == media::MediaKind::kVideo),
      timescale_(track.timescale()),
      tick_(FromTicks(1, timescale_)),
      limits_(limits),
      sink_(sink) {}

void PartBuilder::Begin(MediaTime dts, uint32_t sequence) {
  sequence_ = sequence;
  end_ = dts;
}

void PartBuilder::MoveEndTo(MediaTime dts) {
  end_ = std::clamp(dts, samples_.back().decode + tick_, limit());
}

bool PartBuilder::MustCloseBefore(const media::Frame& frame) const {
  if (limit() - end_ < tick_) return true;
  if (samples_.size() >= limits_.frames) return true;
  if (bytes_ + media::BytesOf(frame) > limits_.bytes) return true;
  const MediaTime length = end_ - start();
  if (video_ && frame.key && !(samples_.front().frame->key && length < target_ / 2)) return true;
  return frame.dts + frame.duration > limit() && length >= EnoughOf(target_);
}

bool PartBuilder::IsFull(const media::Frame& last) const {
  const MediaTime usual = frame_duration_.count() > 0 ? frame_duration_ : last.duration;
  // No more than what may be missing: else a part could close under 85 %.
  const MediaTime next = std::clamp(usual, tick_, target_ - EnoughOf(target_));
  return end_ - start() + next > target_;
}

MediaTime PartBuilder::FirstDecodeTime(const media::Frame& frame) const {
  const MediaTime bridged =
      video_ ? target_ : (frame_duration_.count() > 0 ? frame_duration_ : frame.duration);
  return frame.dts > end_ + bridged ? frame.dts : end_;
}

void PartBuilder::Add(std::shared_ptr<const media::Frame> frame) {
  if (!samples_.empty()) {
    MoveEndTo(frame->dts);
    if (MustCloseBefore(*frame)) Close();
  }
  const MediaTime decode = samples_.empty() ? FirstDecodeTime(*frame) : end_;
  bytes_ += media::BytesOf(*frame);
  const media::Frame& added = *frame;
  samples_.push_back({.frame = std::move(frame), .decode = decode});
  MoveEndTo(added.dts + added.duration);
  if (IsFull(added)) Close();
}

void PartBuilder::EndAt(MediaTime dts) {
  if (samples_.empty()) return;
  MoveEndTo(dts);
  Close();
}

void PartBuilder::Close() {
  if (samples_.empty()) return;
  BuiltPart part{.bytes = SharedBytes(Build()),
                 .ticks = TicksAt(end_) - TicksAt(start()),
                 .independent = samples_.front().frame->key,
                 .end = end_};
  ++sequence_;
  Abandon();
  sink_.OnPartBuilt(std::move(part));
}

void PartBuilder::Abandon() {
  samples_.clear();
  bytes_ = 0;
}

void PartBuilder::AddMessages(const media::Frame& frame, fmp4::Fragment& fragment) const {
  if (!frame.events) return;
  for (const media::Event& event : *frame.events) {
    if (event.kind != media::Event::Kind::kId3) continue;
    fragment.messages.push_back({.scheme = fmp4::kId3Scheme,
                                 .value = fmp4::kId3Value,
                                 .timescale = timescale_,
                                 .time = static_cast<uint64_t>(TicksAt(frame.pts)),
                                 .id = event.id,
                                 .data = event.payload});
  }
}

std::vector<uint8_t> PartBuilder::Build() const {
  fmp4::Fragment fragment{.sequence = sequence_,
                          .decode_time = static_cast<uint64_t>(TicksAt(start()))};
  fragment.samples.reserve(samples_.size());
  for (size_t i = 0; i < samples_.size(); ++i) {
    const media::Frame& frame = *samples_[i].frame;
    const int64_t decode = TicksAt(samples_[i].decode);
    const int64_t next = TicksAt(i + 1 < samples_.size() ? samples_[i + 1].decode : end_);
    const int64_t offset = TicksAt(frame.pts) - decode;
    fragment.samples.push_back(
        {.payload = frame.payload,
         .duration = static_cast<uint32_t>(next - decode),
         .composition_offset = static_cast<int32_t>(std::clamp<int64_t>(
             offset, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max())),
         .sync = frame.key});
    AddMessages(frame, fragment);
  }
  return fmp4::WriteFragment(fragment);
}

}  // namespace weir::hls

#include "protocols/hls/segmenter.h"

#include <utility>

#include "base/check.h"

namespace weir::hls {
namespace {

/// More than any stream lasts, and far from where sums of times would overflow.
constexpr MediaTime kTimeMax = std::chrono::hours(24 * 365 * 50);
constexpr MediaTime kDurationMax = std::chrono::hours(24);
constexpr int64_t kNumberMax = int64_t{1} << 53;

/// Whether `frame` can be packaged at all. What is lacking is the origin's fault, or a forger's.
bool IsSound(const media::Frame& frame, size_t size_max) {
  const auto is_time = [](MediaTime time) { return time >= MediaTime(0) && time <= kTimeMax; };
  return is_time(frame.dts) && is_time(frame.pts) && frame.duration >= MediaTime(0) &&
         frame.duration <= kDurationMax && !frame.payload.empty() &&
         frame.payload.size() <= size_max &&
         (!frame.mark || (frame.mark->number >= 0 && frame.mark->number <= kNumberMax));
}

}  // namespace

Segmenter::Segmenter(SegmentLimits limits, PackagerStats& stats, SegmentSink& sink)
    : limits_(limits), stats_(stats), sink_(sink) {}

void Segmenter::StartRun(const media::Track& track, const media::Run& run) {
  WEIR_CHECK(!open_);
  builder_.emplace(track, limits_.part, static_cast<PartBuilder::Sink&>(*this));
  run_ = run;
  video_ = track.kind() == media::MediaKind::kVideo;
  taking_ = false;
  covered_.reset();
}

void Segmenter::OnFrame(std::shared_ptr<const media::Frame> frame) {
  const bool sound = builder_ && IsSound(*frame, limits_.part.bytes);
  if (sound && frame->mark) OnMark(*frame);
  if (!sound || !taking_) {
    ++stats_.frames_dropped;
    return;
  }
  ++stats_.frames_taken;
  NoteKey(*frame);
  builder_->Add(std::move(frame));
  if (open_->bytes <= limits_.segment_bytes && open_->built < limits_.segment_parts) return;
  ++stats_.segments_over;
  Cut();
}

void Segmenter::OnMark(const media::Frame& frame) {
  const int64_t number = frame.mark->number;
  if (open_ && number == open_->number) return StartSegment(frame);
  if (number < run_.first_number || (last_ && number <= *last_)) return Cut();
  CloseOpen(&frame);
  TellMissing(frame);
  open_ = Open{.number = number, .start = frame.dts, .parts = {}, .last_key = {}};
  last_ = number;
  sink_.OnSegmentOpened(frame);
  StartSegment(frame);
}

void Segmenter::StartSegment(const media::Frame& frame) {
  open_->built = 0;
  open_->cut = false;
  open_->last_key.reset();
  open_->key_distance = MediaTime(0);
  builder_->Abandon();
  builder_->Begin(frame.dts, SequenceOf(open_->number));
  taking_ = true;
}

uint32_t Segmenter::SequenceOf(int64_t number) const {
  // Goes up within a run for as long as 32 bits allow, and is the same on every edge.
  return static_cast<uint32_t>(number - run_.first_number) *
             static_cast<uint32_t>(limits_.segment_parts) +
         1;
}

void Segmenter::Cut() {
  taking_ = false;
  if (open_) open_->cut = true;
  if (builder_) builder_->Abandon();
}

void Segmenter::OnGap() {
  Cut();
}

bool Segmenter::EndRun() {
  const bool was_open = open_.has_value();
  CloseOpen(nullptr);
  taking_ = false;
  return was_open;
}

void Segmenter::CloseOpen(const media::Frame* next) {
  if (!open_) return;
  after_.reset();
  if (next != nullptr) after_ = PartName{.number = next->mark->number, .part = 0};
  if (!open_->cut) {
    closing_ = true;
    if (next != nullptr) builder_->EndAt(next->dts);
    builder_->Close();
    closing_ = false;
  }
  SegmentEnd end{.number = open_->number,
                 .whole = !open_->cut && !open_->parts.empty(),
                 .parts = std::move(open_->parts),
                 .length = {},
                 .next = after_};
  if (!end.whole && next != nullptr) {
    // As long as each of the segments that are missing after it.
    end.length = (next->dts - open_->start) / (next->mark->number - open_->number);
    covered_ = open_->start + *end.length;
  }
  open_.reset();
  sink_.OnSegmentClosed(std::move(end));
}

void Segmenter::TellMissing(const media::Frame& next) {
  if (!last_) return;
  const int64_t count = next.mark->number - *last_ - 1;
  if (count >= run_.segment_count) return;
  for (int64_t number = *last_ + 1; number < next.mark->number; ++number) {
    SegmentEnd missing{.number = number, .parts = {}, .length = {}, .next = {}};
    // In the playlist of the run before, a hint at this run's part could not be understood.
    if (number >= run_.first_number)
      missing.next = PartName{.number = next.mark->number, .part = 0};
    if (covered_) missing.length = (next.dts - *covered_) / count;
    sink_.OnSegmentMissing(std::move(missing));
  }
}

void Segmenter::NoteKey(const media::Frame& frame) {
  if (!frame.key || !video_) return;
  if (open_->last_key) open_->key_distance = frame.dts - *open_->last_key;
  open_->last_key = frame.dts;
}

PartName Segmenter::NextAfter(int index, MediaTime end) const {
  // A segment ends with the first key frame at or after its target: that is next where the target
  // is reached, and where key frames are as far apart as before.
  const bool long_enough = end - open_->start >= run_.segment_duration;
  const MediaTime tolerance = open_->key_distance / 16;
  const bool key_is_due =
      !open_->last_key || end - *open_->last_key >= open_->key_distance - tolerance;
  if (long_enough && key_is_due) return {.number = open_->number + 1, .part = 0};
  return {.number = open_->number, .part = index + 1};
}

void Segmenter::OnPartBuilt(BuiltPart part) {
  const int index = open_->built++;
  covered_ = part.end;
  if (static_cast<size_t>(index) < open_->parts.size()) {
    const SharedBytes& published = open_->parts[static_cast<size_t>(index)];
    if (published.text() != part.bytes.text()) ++stats_.parts_unlike;
    return;
  }
  open_->bytes += part.bytes.size();
  open_->parts.push_back(part.bytes);
  ++stats_.parts;
  std::optional<PartName> next = after_;
  if (!closing_) next = NextAfter(index, part.end);
  sink_.OnPart({.number = open_->number, .index = index, .part = std::move(part), .next = next});
}

}  // namespace weir::hls

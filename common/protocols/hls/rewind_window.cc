#include "protocols/hls/rewind_window.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace weir::hls {
namespace {

/// As many missing segments are bridged by gaps.
constexpr int64_t kGapsMax = 10'000;
/// More runs than this between two segments make a new beginning.
constexpr int64_t kRunsBridged = 8;

}  // namespace

bool RewindWindow::Follows(const RewindSegment& segment, const RewindSegment& before) {
  if (segment.number != before.number + 1) return false;
  const int64_t runs = segment.entry.discontinuity_sequence - before.entry.discontinuity_sequence;
  return segment.run == before.run ? runs == 0 : runs >= 1 && runs <= kRunsBridged;
}

void RewindWindow::Add(RewindSegment segment) {
  if (!listed_.empty() && !Follows(segment, listed_.back().segment)) {
    while (!listed_.empty())
      DropFront();
  }
  total_ += segment.entry.duration;
  listed_.push_back({.segment = std::move(segment), .lines = nullptr});
  Print(listed_.size() - 1);
  Shorten();
}

/// Those that should stand between the two, each as long as the dates say.
std::vector<RewindSegment> RewindWindow::GapsBetween(const RewindSegment& before,
                                                     const RewindSegment& after) {
  std::vector<RewindSegment> gaps;
  const int64_t count = after.number - before.number - 1;
  if (count <= 0 || count > kGapsMax) return gaps;
  std::chrono::microseconds length = before.entry.duration;
  if (before.entry.program_date_time && after.entry.program_date_time) {
    const auto missing = std::chrono::duration_cast<std::chrono::microseconds>(
        *after.entry.program_date_time - *before.entry.program_date_time - before.entry.duration);
    length = std::clamp(missing / count, std::chrono::microseconds(1), before.entry.duration);
  }
  for (int64_t i = 1; i <= count; ++i) {
    RewindSegment gap{.number = before.number + i, .run = before.run, .entry = before.entry};
    gap.entry.program_date_time.reset();
    gap.entry.duration = length;
    gap.entry.gap = true;
    gap.entry.uri = fmt::format("gap_{}", gap.number);  // names nothing
    gaps.push_back(std::move(gap));
  }
  return gaps;
}

void RewindWindow::Restore(std::vector<RewindSegment> older) {
  if (listed_.empty()) {
    for (const RewindSegment& segment : older)
      dropped_(segment);
    return;
  }
  while (!older.empty()) {
    RewindSegment segment = std::move(older.back());
    older.pop_back();
    const RewindSegment first = listed_.front().segment;
    if (segment.number >= first.number) continue;  // here already
    std::vector<RewindSegment> gaps = GapsBetween(segment, first);
    const RewindSegment& before = gaps.empty() ? segment : gaps.back();
    if (!Follows(first, before) || total_ >= length_) {
      dropped_(segment);
      continue;
    }
    for (; !gaps.empty(); gaps.pop_back())
      PushFront(std::move(gaps.back()));
    PushFront(std::move(segment));
  }
  Shorten();
}

void RewindWindow::PushFront(RewindSegment segment) {
  total_ += segment.entry.duration;
  listed_.push_front({.segment = std::move(segment), .lines = nullptr});
  Print(0);
  if (listed_.size() > 1) Print(1);
}

void RewindWindow::Print(size_t index) {
  const m3u8::Segment* const before = index == 0 ? nullptr : &listed_[index - 1].segment.entry;
  listed_[index].lines =
      std::make_shared<const std::string>(m3u8::SegmentLines(listed_[index].segment.entry, before));
}

void RewindWindow::Lose(int64_t number) {
  if (listed_.empty() || number < listed_.front().segment.number) return;
  const auto index = static_cast<size_t>(number - listed_.front().segment.number);
  if (index >= listed_.size()) return;
  listed_[index].segment.size = 0;
  listed_[index].segment.entry.gap = true;
  Print(index);
}

size_t RewindWindow::Free(size_t bytes, int64_t from) {
  size_t freed = 0;
  while (freed < bytes && !listed_.empty() && listed_.front().segment.number < from) {
    freed += listed_.front().segment.size;
    DropFront();
  }
  return freed;
}

void RewindWindow::DropFront() {
  const Listed dropped = std::move(listed_.front());
  listed_.pop_front();
  total_ -= dropped.segment.entry.duration;
  if (dropped.segment.size > 0) dropped_(dropped.segment);
  if (!listed_.empty()) Print(0);  // the first one says its map
}

void RewindWindow::Shorten() {
  while (listed_.size() > 1 && total_ > length_)
    DropFront();
}

const RewindSegment* RewindWindow::At(const std::string& run, int64_t number) const {
  if (listed_.empty() || number < listed_.front().segment.number) return nullptr;
  const auto index = static_cast<size_t>(number - listed_.front().segment.number);
  if (index >= listed_.size() || listed_[index].segment.run != run) return nullptr;
  return &listed_[index].segment;
}

bool RewindWindow::Has(const std::string& run, int64_t number) const {
  return At(run, number) != nullptr;
}

const RewindSegment* RewindWindow::Find(const std::string& run, int64_t number) const {
  const RewindSegment* const found = At(run, number);
  return found == nullptr || found->size == 0 ? nullptr : found;
}

RewindPast RewindWindow::Before(int64_t number) const {
  RewindPast past;
  for (const Listed& each : listed_) {
    if (each.segment.number >= number) break;
    const m3u8::Segment& entry = each.segment.entry;
    if (past.segments.empty()) {
      past.media_sequence = each.segment.number;
      past.discontinuity_sequence = entry.discontinuity_sequence;
    }
    past.target_duration =
        std::max(past.target_duration, std::chrono::round<std::chrono::seconds>(entry.duration));
    past.last_discontinuity = entry.discontinuity_sequence;
    past.segments.push_back(each.lines);
  }
  // They must reach up to it.
  const bool reaches = past.media_sequence + static_cast<int64_t>(past.segments.size()) == number;
  return reaches ? past : RewindPast{};
}

}  // namespace weir::hls

#include "protocols/hls/playlist_window.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace weir::hls {
namespace {

/// More runs than this between two segments of one playlist make a new beginning.
constexpr int64_t kRunsBridged = 8;
/// How long a segment stays fetchable after it left the playlist.
constexpr int64_t kSegmentsKept = 3;
constexpr int kTargetsKept = 3;
/// CAN-SKIP-UNTIL: the least that the draft allows.
constexpr int kSkipTargets = 6;

}  // namespace

bool PlaylistWindow::Follows(int64_t number, const PlaylistRun& run) const {
  if (listed_.empty() || number != listed_.back().number + 1) return false;
  const m3u8::Segment& newest = listed_.back().segment;
  const int64_t runs = run.discontinuity_sequence - newest.discontinuity_sequence;
  return newest.map_uri == run.map_uri ? runs == 0 : runs >= 1 && runs <= kRunsBridged;
}

void PlaylistWindow::List(int64_t number, const PlaylistRun& run) {
  segment_count_ = run.segment_count;
  offers_deltas_ = run.offers_deltas;
  listed_.push_back({.number = number,
                     .targets = run.targets,
                     .segment = {.map_uri = run.map_uri,
                                 .discontinuity_sequence = run.discontinuity_sequence,
                                 .program_date_time = {},
                                 .parts = {},
                                 .uri = {}}});
}

void PlaylistWindow::Open(int64_t number, const PlaylistRun& run, SegmentStart start) {
  WEIR_CHECK(!open_);
  if (!Follows(number, run)) {
    while (!listed_.empty())
      DropOldest();
  }
  List(number, run);
  m3u8::Segment& segment = listed_.back().segment;
  segment.program_date_time = start.utc;
  segment.cue = start.cue;
  segment.date_ranges = std::move(start.date_ranges);
  open_ = true;
  ended_ = false;
  Refresh();
}

void PlaylistWindow::AddPart(m3u8::Part part) {
  WEIR_CHECK(open_);
  listed_.back().segment.parts.push_back(std::move(part));
}

std::chrono::microseconds PlaylistWindow::Close(std::string uri) {
  WEIR_CHECK(open_);
  std::chrono::microseconds length{0};
  for (const m3u8::Part& part : listed_.back().segment.parts)
    length += part.duration;
  FinishNewest(std::move(uri), length);
  return length;
}

void PlaylistWindow::CloseAsGap(std::string uri, std::chrono::microseconds length) {
  WEIR_CHECK(open_);
  listed_.back().segment.gap = true;
  FinishNewest(std::move(uri), length);
}

void PlaylistWindow::AddGap(const PlaylistRun& run, std::string uri,
                            std::chrono::microseconds length) {
  WEIR_CHECK(!open_ && !listed_.empty());
  List(listed_.back().number + 1, run);
  listed_.back().segment.gap = true;
  FinishNewest(std::move(uri), length);
}

void PlaylistWindow::FinishNewest(std::string uri, std::chrono::microseconds length) {
  open_ = false;
  listed_.back().segment.uri = std::move(uri);
  listed_.back().segment.duration = length;
  const m3u8::Segment* before = listed_.size() > 1 ? &listed_[listed_.size() - 2].segment : nullptr;
  listed_.back().lines =
      std::make_shared<const std::string>(m3u8::SegmentLines(listed_.back().segment, before));
  ++closed_;
  time_ += length;
  while (listed_.size() > segment_count_)
    DropOldest();
  Refresh();
}

void PlaylistWindow::DropOldest() {
  departed_.push_back({.number = listed_.front().number, .closed = closed_, .time = time_});
  listed_.pop_front();
}

/// Of the segments listed, how many end further from the end of the last whole one than the skip
/// boundary.
size_t PlaylistWindow::CountOld() const {
  const std::chrono::microseconds boundary = kSkipTargets * targets_.duration;
  std::chrono::microseconds to_end{0};
  size_t old = listed_.size() - (open_ ? 1 : 0);
  while (old > 0 && to_end <= boundary)
    to_end += listed_[--old].segment.duration;
  return old;
}

/// Once for each segment, rather than for each part.
void PlaylistWindow::Refresh() {
  targets_ = {};
  for (const Listed& each : listed_) {
    targets_.duration = std::max(targets_.duration, each.targets.duration);
    targets_.part = std::max(targets_.part, each.targets.part);
    targets_.part_hold_back = std::max(targets_.part_hold_back, each.targets.part_hold_back);
  }
  old_count_ = CountOld();
  auto lines = std::make_shared<m3u8::SharedLines>();
  lines->reserve(old_count_);
  for (size_t i = 0; i < old_count_; ++i)
    lines->push_back(listed_[i].lines);
  // As the first it says what it took over from its predecessor before.
  if (!lines->empty()) {
    lines->front() =
        std::make_shared<const std::string>(m3u8::SegmentLines(listed_.front().segment, nullptr));
  }
  old_ = std::move(lines);
}

m3u8::Segment PlaylistWindow::Newest() const {
  WEIR_CHECK(!open_ && !listed_.empty());
  const m3u8::Segment& newest = listed_.back().segment;
  return {.map_uri = newest.map_uri,
          .discontinuity_sequence = newest.discontinuity_sequence,
          .program_date_time = newest.program_date_time,
          .cue = newest.cue,
          .date_ranges = newest.date_ranges,
          .duration = newest.duration,
          .uri = newest.uri,
          .gap = newest.gap};
}

m3u8::MediaPlaylist PlaylistWindow::Now() const {
  m3u8::MediaPlaylist now{.segments = {},
                          .preload_hint = {},
                          .reports = {},
                          .date_ranges = {},
                          .removed_date_ranges = {},
                          .ended = ended_};
  if (listed_.empty()) return now;
  now.target_duration = targets_.duration;
  now.part_target = targets_.part;
  now.part_hold_back = targets_.part_hold_back;
  now.media_sequence = listed_.front().number;
  now.discontinuity_sequence = listed_.front().segment.discontinuity_sequence;
  const size_t whole = listed_.size() - (open_ ? 1 : 0);
  if (offers_deltas_) now.skip_boundary = kSkipTargets * targets_.duration;
  now.old = old_;
  if (old_count_ > 0) now.newest_old = &listed_[old_count_ - 1].segment;
  for (size_t i = old_count_; i < whole; ++i)
    now.segments.push_back(&listed_[i].segment);
  if (open_) now.open = &listed_.back().segment;
  for (const Listed& each : listed_)
    m3u8::AddDateRanges(each.segment, now.date_ranges);
  return now;
}

std::vector<int64_t> PlaylistWindow::TakeExpired() {
  std::vector<int64_t> expired;
  if (listed_.empty()) return expired;
  const std::chrono::microseconds patience = kTargetsKept * listed_.back().targets.duration;
  while (!departed_.empty() && closed_ - departed_.front().closed >= kSegmentsKept &&
         time_ - departed_.front().time >= patience) {
    expired.push_back(departed_.front().number);
    departed_.pop_front();
  }
  return expired;
}

std::vector<int64_t> PlaylistWindow::Clear() {
  while (!listed_.empty())
    DropOldest();
  open_ = false;
  Refresh();
  std::vector<int64_t> all;
  for (const Departed& departed : std::exchange(departed_, {}))
    all.push_back(departed.number);
  return all;
}

}  // namespace weir::hls

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

}  // namespace

bool PlaylistWindow::Follows(int64_t number, const PlaylistRun& run) const {
  if (listed_.empty() || number != listed_.back().number + 1) return false;
  const m3u8::Segment& newest = listed_.back().segment;
  const int64_t runs = run.discontinuity_sequence - newest.discontinuity_sequence;
  return newest.map_uri == run.map_uri ? runs == 0 : runs >= 1 && runs <= kRunsBridged;
}

void PlaylistWindow::List(int64_t number, const PlaylistRun& run) {
  segment_count_ = run.segment_count;
  listed_.push_back({.number = number,
                     .target_duration = run.target_duration,
                     .part_target = run.part_target,
                     .segment = {.map_uri = run.map_uri,
                                 .discontinuity_sequence = run.discontinuity_sequence,
                                 .program_date_time = {},
                                 .parts = {},
                                 .uri = {}}});
}

void PlaylistWindow::Open(int64_t number, const PlaylistRun& run, UtcTime utc) {
  WEIR_CHECK(!open_);
  if (!Follows(number, run)) {
    while (!listed_.empty())
      DropOldest();
  }
  List(number, run);
  listed_.back().segment.program_date_time = utc;
  open_ = true;
  ended_ = false;
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
  ++closed_;
  time_ += length;
  while (listed_.size() > segment_count_)
    DropOldest();
}

void PlaylistWindow::DropOldest() {
  departed_.push_back({.number = listed_.front().number, .closed = closed_, .time = time_});
  listed_.pop_front();
}

m3u8::MediaPlaylist PlaylistWindow::Now() const {
  m3u8::MediaPlaylist now{.segments = {}, .preload_hint = {}, .reports = {}, .ended = ended_};
  if (listed_.empty()) return now;
  now.media_sequence = listed_.front().number;
  now.segments.reserve(listed_.size());
  for (const Listed& each : listed_) {
    now.target_duration = std::max(now.target_duration, each.target_duration);
    now.part_target = std::max(now.part_target, each.part_target);
    now.segments.push_back(&each.segment);
  }
  if (open_) {
    now.segments.pop_back();
    now.open = &listed_.back().segment;
  }
  return now;
}

std::vector<int64_t> PlaylistWindow::TakeExpired() {
  std::vector<int64_t> expired;
  if (listed_.empty()) return expired;
  const std::chrono::microseconds patience = kTargetsKept * listed_.back().target_duration;
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
  std::vector<int64_t> all;
  for (const Departed& departed : std::exchange(departed_, {}))
    all.push_back(departed.number);
  return all;
}

}  // namespace weir::hls

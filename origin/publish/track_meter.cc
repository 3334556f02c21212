#include "origin/publish/track_meter.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace weir::origin {

int64_t TrackFigures::bitrate_average() const {
  const double seconds = ToSeconds(end - begin);
  return seconds > 0 ? static_cast<int64_t>(8 * static_cast<double>(bytes) / seconds) : 0;
}

double TrackFigures::framerate_average() const {
  const double seconds = ToSeconds(end - begin);
  return seconds > 0 ? static_cast<double>(frames) / seconds : 0;
}

double TrackFigures::key_interval_average() const {
  return key_frames > 0 ? static_cast<double>(frames) / static_cast<double>(key_frames) : 0;
}

void TrackMeter::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  std::vector<TrackFigures> figures;
  std::vector<Mark> marks;
  for (const media::Track& track : tracks->tracks) {
    // A track that is still there counts on.
    const auto old = std::find_if(figures_.begin(), figures_.end(),
                                  [&track](const auto& one) { return one.id == track.id; });
    const bool known = old != figures_.end();
    marks.push_back(known ? marks_[static_cast<size_t>(old - figures_.begin())] : Mark{});
    figures.push_back(known ? *old : TrackFigures{.id = track.id});
    figures.back().width_max = std::max(figures.back().width_max, track.width);
    figures.back().height_max = std::max(figures.back().height_max, track.height);
  }
  figures_ = std::move(figures);
  marks_ = std::move(marks);
  tracks_ = tracks;
  next_.OnTracks(std::move(tracks));
}

void TrackMeter::OnFrame(std::shared_ptr<const media::Frame> frame) {
  for (TrackFigures& track : figures_) {
    if (track.id != frame->track) continue;
    if (track.frames++ == 0) track.begin = frame->dts;
    track.bytes += frame->payload.size();
    track.end = frame->dts + frame->duration;
    track.has_b_frames = track.has_b_frames || frame->pts != frame->dts;
    ++track.frames_since_key;
    if (frame->key) {
      if (track.key_frames++ > 0) track.key_interval_latest = track.frames_since_key;
      track.frames_since_key = 0;
    }
    break;
  }
  next_.OnFrame(std::move(frame));
}

const std::vector<TrackFigures>& TrackMeter::Look(Clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now - std::exchange(looked_, now)).count();
  for (size_t i = 0; i < figures_.size(); ++i) {
    TrackFigures& track = figures_[i];
    const Mark before = std::exchange(marks_[i], {.frames = track.frames, .bytes = track.bytes});
    track.framerate_latest = static_cast<double>(track.frames - before.frames) / seconds;
    track.bitrate_latest =
        static_cast<int64_t>(8 * static_cast<double>(track.bytes - before.bytes) / seconds);
  }
  return figures_;
}

}  // namespace weir::origin

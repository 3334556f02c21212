#include "stream/ingest/probe.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"

namespace weir::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Of a frame besides its payload, about.
constexpr size_t kCostPerFrame = 256;
constexpr MediaTime kAudioProbe = milliseconds(400);
constexpr size_t kAudioFrames = 16;
/// With so many frames the rates of film, 29.97 and 30, can be told apart.
constexpr size_t kVideoFrames = 100;
constexpr seconds kKeyPatience{10};
/// A longer step between frames, or one backwards, is a break and not time that passed.
constexpr MediaTime kStepMax = seconds(3);
/// Beyond this a wire time is none, and sums of it might overflow.
constexpr MediaTime kWireMax = std::chrono::hours(24 * 365 * 40);

bool SameBytes(const SharedBytes& a, const SharedBytes& b) {
  return a.text() == b.text();
}

bool SameCodec(const media::Track& a, const media::Track& b) {
  return a.id == b.id && a.codec == b.codec && a.sample_rate == b.sample_rate;
}

bool SameTrack(const media::Track& a, const media::Track& b) {
  return SameCodec(a, b) && SameBytes(a.config, b.config) && a.codec_string == b.codec_string &&
         a.width == b.width && a.height == b.height && a.channels == b.channels &&
         a.frame_duration == b.frame_duration;
}

bool IsWellFormed(const media::Frame& frame) {
  const auto is_time = [](MediaTime time) { return time >= -kWireMax && time <= kWireMax; };
  return !frame.payload.empty() && is_time(frame.dts) && is_time(frame.pts);
}

int64_t BitrateOf(size_t bytes, MediaTime span) {
  if (span <= MediaTime(0)) return 0;
  return static_cast<int64_t>(static_cast<double>(bytes) * 8 / ToSeconds(span));
}

}  // namespace

Probe::Probe(const IngestOptions& options, const StreamPath& path, IngestPipeline::Stats& stats,
             IngestStage& next)
    : options_(options), subject_(path.text()), stats_(stats), next_(next) {}

Probe::Watched* Probe::Find(media::TrackId id) {
  for (Watched& watched : tracks_)
    if (watched.declared.id == id) return &watched;
  return nullptr;
}

Probe::Watched* Probe::Main() {
  return main_ ? Find(*main_) : nullptr;
}

bool Probe::main_is_video() {
  const Watched* main = Main();
  return main != nullptr && main->declared.kind() == media::MediaKind::kVideo;
}

bool Probe::OnlyAddsTo(const media::TrackList& list) const {
  return std::all_of(tracks_.begin(), tracks_.end(), [&list](const Watched& watched) {
    const media::Track* track = list.Find(watched.declared.id);
    return track != nullptr && SameTrack(*track, watched.declared);
  });
}

bool Probe::CanTakeOver(const media::TrackList& list) const {
  return std::all_of(list.tracks.begin(), list.tracks.end(), [this](const media::Track& track) {
    return std::any_of(tracks_.begin(), tracks_.end(), [&track](const Watched& watched) {
      return SameCodec(track, watched.declared) &&
             track.frame_duration == watched.declared.frame_duration;
    });
  });
}

void Probe::OnTracks(IngestTracks tracks) {
  const media::TrackList& list = tracks.list;
  const bool adds = OnlyAddsTo(list);
  if (adds && list.tracks.size() == tracks_.size()) return;
  if (state_ == State::kPassing && CanTakeOver(list)) {
    TakeOver(list);
  } else if (state_ != State::kPassing && adds && MainTrackOf(list) == main_) {
    for (const media::Track& track : list.tracks)
      if (Find(track.id) == nullptr) tracks_.emplace_back(track);
  } else {
    Restart(list);
  }
}

void Probe::Restart(const media::TrackList& list) {
  Drop(held_.size());
  held_.clear();
  held_bytes_ = 0;
  tracks_.clear();
  for (const media::Track& track : list.tracks)
    tracks_.emplace_back(track);
  main_ = MainTrackOf(list);
  state_ = State::kWaiting;
  waiting_since_.reset();
  told_no_key_ = false;
}

void Probe::TakeOver(const media::TrackList& list) {
  std::vector<Watched> watched;
  media::TrackList complete;
  for (const media::Track& track : list.tracks) {
    watched.push_back(*Find(track.id));
    watched.back().declared = track;
    const media::Track& known = *announced_.list.Find(track.id);
    media::Track& taken = complete.tracks.emplace_back(track);
    taken.frame_duration = known.frame_duration;
    taken.bitrate = std::max(track.bitrate, known.bitrate);
  }
  tracks_ = std::move(watched);
  main_ = MainTrackOf(list);
  announced_.list = std::move(complete);
  next_.OnTracks(announced_);
}

void Probe::OnFrame(ArrivedFrame arrived) {
  Watched* watched = Find(arrived.frame.track);
  if (watched == nullptr || !IsWellFormed(arrived.frame)) {
    Drop();
    return;
  }
  const bool video = watched->declared.kind() == media::MediaKind::kVideo;
  if (!video) arrived.frame.key = true;
  if (state_ == State::kWaiting) {
    Wait(*watched, std::move(arrived));
    return;
  }
  if (watched->needs_key && !arrived.frame.key) {
    Drop();
    return;
  }
  watched->needs_key = false;
  if (state_ == State::kHolding) {
    Hold(*watched, std::move(arrived));
    return;
  }
  if (arrived.frame.track == main_ && video) WatchPace(arrived);
  next_.OnFrame(std::move(arrived));
}

void Probe::Wait(const Watched& watched, ArrivedFrame arrived) {
  if (!waiting_since_) waiting_since_ = arrived.arrival;
  const bool begins = watched.declared.id == main_ && arrived.frame.key;
  if (begins || !main_is_video()) {
    for (Watched& each : tracks_)
      each.needs_key = each.declared.kind() == media::MediaKind::kVideo;
    state_ = State::kHolding;
    OnFrame(std::move(arrived));
    return;
  }
  Drop();
  if (told_no_key_ || arrived.arrival - *waiting_since_ < kKeyPatience) return;
  told_no_key_ = true;
  log::Warn("ingest", subject_, "no key frame in {} s: nothing can be played yet",
            kKeyPatience.count());
}

void Probe::Note(Watched& watched, const media::Frame& frame) const {
  if (watched.last_dts) {
    const MediaTime step = frame.dts - *watched.last_dts;
    if (step > MediaTime(0) && step <= kStepMax) watched.span += step;
  }
  watched.last_dts = frame.dts;
  if (watched.frames > 0 && frame.key && !watched.key_distance) {
    watched.key_distance = watched.span;
    watched.key_distance_frames = watched.frames;
  }
  watched.times.Add(frame.dts);
  ++watched.frames;
  watched.bytes += frame.payload.size();
}

void Probe::Hold(Watched& watched, ArrivedFrame arrived) {
  Note(watched, arrived.frame);
  held_bytes_ += arrived.frame.payload.size() + kCostPerFrame;
  const UtcTime now = arrived.arrival;
  held_.push_back(std::move(arrived));
  if (KnowsEnough() || IsFull(now)) Release();
}

bool Probe::KnowsEnough() {
  const Watched& main = *Main();
  if (!main_is_video()) return main.frames >= kAudioFrames || main.span >= kAudioProbe;
  if (!main.key_distance) return false;
  if (main.frames >= kVideoFrames) return true;
  return LearnVideoPace(main.times.longest(), main.declared.frame_duration).sure;
}

bool Probe::IsFull(UtcTime now) {
  const MediaTime bound = std::min(options_.segment_duration * 3, options_.probe_duration);
  const bool long_enough =
      std::any_of(tracks_.begin(), tracks_.end(),
                  [bound](const Watched& watched) { return watched.span >= bound; });
  return long_enough || held_bytes_ >= options_.probe_bytes ||
         now - held_.front().arrival >= options_.probe_duration;
}

media::Track Probe::Complete(const Watched& watched) const {
  media::Track track = watched.declared;
  const auto times = watched.times.longest();
  track.frame_duration = track.kind() == media::MediaKind::kVideo
                             ? LearnVideoPace(times, track.frame_duration).frame_duration
                             : LearnAudioPace(times, track);
  track.bitrate =
      std::max(track.bitrate, BitrateOf(watched.bytes, watched.span + track.frame_duration));
  return track;
}

void Probe::Release() {
  state_ = State::kPassing;
  announced_ = {};
  for (const Watched& watched : tracks_)
    announced_.list.tracks.push_back(Complete(watched));
  const Watched& main = *Main();
  const MediaTime pace = announced_.list.Find(*main_)->frame_duration;
  if (main_is_video() && main.key_distance) {
    announced_.key_distance = pace > MediaTime(0)
                                  ? pace * static_cast<int64_t>(main.key_distance_frames)
                                  : *main.key_distance;
  }
  pace_watch_.Expect(pace);
  log::Debug("ingest", subject_, "learnt: {:.4f} s a frame, {:.3f} s between key frames",
             ToSeconds(pace), ToSeconds(announced_.key_distance));
  next_.OnTracks(announced_);
  held_bytes_ = 0;
  for (Watched& watched : tracks_)
    watched.times.Clear();
  for (std::deque<ArrivedFrame> held = std::exchange(held_, {}); !held.empty(); held.pop_front())
    next_.OnFrame(std::move(held.front()));
}

void Probe::WatchPace(const ArrivedFrame& arrived) {
  const std::optional<MediaTime> other = pace_watch_.Add(arrived.frame.dts);
  if (!other) return;
  log::Warn("ingest", subject_, "frames come every {:.4f} s now: a new run begins",
            ToSeconds(*other));
  for (media::Track& track : announced_.list.tracks)
    if (track.id == main_) track.frame_duration = *other;
  pace_watch_.Expect(*other);
  next_.OnTracks(announced_);
}

void Probe::OnGap() {
  for (Watched& watched : tracks_)
    watched.needs_key = watched.declared.kind() == media::MediaKind::kVideo;
  pace_watch_.OnBreak();
}

void Probe::OnEnd(media::EndReason reason) {
  if (state_ == State::kHolding && !held_.empty()) Release();
  next_.OnEnd(reason);
}

}  // namespace weir::stream

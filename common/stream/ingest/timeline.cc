#include "stream/ingest/timeline.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"

namespace weir::stream {
namespace {

/// Marks of the main track that another may be behind.
constexpr size_t kDueMax = 64;

/// The least between two borders of a break.
constexpr MediaTime BreakGap(std::chrono::seconds target_duration) {
  return target_duration + MediaTime(target_duration) / 2;
}

bool SameConfig(const media::Track& a, const media::Track& b) {
  return a.codec == b.codec && a.config.text() == b.config.text() &&
         a.sample_rate == b.sample_rate && a.channels == b.channels;
}

}  // namespace

Timeline::Timeline(const IngestOptions& options, const IngestContext& context, StreamPath path,
                   IngestPipeline::Stats& stats, media::MediaSink& next)
    : options_(options),
      context_(context),
      path_(std::move(path)),
      stats_(stats),
      next_(next),
      events_(path_.text(), stats_.events_dropped),
      forced_log_(path_.text()),
      stall_log_(path_.text()) {}

void Timeline::OnTracks(IngestTracks tracks) {
  coming_ = std::move(tracks);
}

Timeline::Marked* Timeline::Find(media::TrackId id) {
  for (Marked& marked : tracks_)
    if (marked.track.id == id) return &marked;
  return nullptr;
}

bool Timeline::Opens(const media::Frame& frame) const {
  return coming_ && frame.key && MainTrackOf(coming_->list) == frame.track;
}

bool Timeline::Changes(const Marked& marked) const {
  if (!coming_) return false;
  const media::Track* track = coming_->list.Find(marked.track.id);
  return track == nullptr || !SameConfig(*track, marked.track);
}

void Timeline::OnFrame(ArrivedFrame arrived) {
  if (Opens(arrived.frame)) OpenRun(arrived);
  Marked* marked = Find(arrived.frame.track);
  if (marked == nullptr || Changes(*marked)) {
    Drop();
  } else if (marked->main) {
    PlaceMain(*marked, std::move(arrived));
  } else {
    PlaceOther(*marked, std::move(arrived));
  }
}

int64_t Timeline::ClockNumber(MediaTime time) const {
  const auto utc = anchor_.At(time).time_since_epoch();
  const auto duration =
      std::chrono::duration_cast<std::chrono::microseconds>(options_.segment_duration);
  return std::max<int64_t>(utc / std::max(duration, std::chrono::microseconds(1)), 0);
}

void Timeline::OpenRun(const ArrivedFrame& arrived) {
  const MediaTime at = arrived.frame.pts;
  if (!anchor_.is_set()) anchor_.Set(at, arrived.arrival);
  const IngestTracks tracks = *std::exchange(coming_, std::nullopt);
  plan_ = PlanRun(options_, tracks);
  const RunLedger::Opening opening = context_.ledger.Open(path_, ClockNumber(at));
  number_ = opening.first_number - 1;

  auto list = std::make_shared<media::TrackList>(tracks.list);
  tracks_.clear();
  for (media::Track& track : list->tracks) {
    track.part_target = PartTargetOf(track, options_.part_duration);
    tracks_.push_back({.track = track, .due = {}});
    tracks_.back().main = track.id == arrived.frame.track;
  }
  list->run = media::Run{.id = fmt::format("{:016x}", context_.random()),
                         .first_number = opening.first_number,
                         .discontinuity_sequence = opening.discontinuity_sequence,
                         .target_duration = plan_.target_duration,
                         .segment_duration = options_.segment_duration,
                         .segment_count = options_.segment_count,
                         .part_hold_back = options_.part_hold_back,
                         .preload_hint = options_.preload_hint};
  events_.OnRun(*list, arrived.frame.track, BreakGap(plan_.target_duration));
  for (const media::PlaylistPlan& plan : options_.playlists)
    AddPlaylist(plan, *list);
  ++stats_.runs;
  log::Info("ingest", path_.text(), "run {} begins with segment {}, of up to {} s", list->run->id,
            opening.first_number, plan_.target_duration.count());
  next_.OnTracks(std::move(list));
}

void Timeline::AddPlaylist(const media::PlaylistPlan& plan, media::TrackList& list) const {
  media::Playlist playlist = media::Resolve(plan, list.tracks);
  const size_t left_out = plan.renditions.size() - playlist.renditions.size();
  if (left_out > 0) {
    log::Warn("ingest", path_.text(), "{} of {} renditions of playlist '{}' have no track here",
              left_out, plan.renditions.size(), plan.file_name);
  }
  if (!playlist.renditions.empty()) list.playlists.push_back(std::move(playlist));
}

bool Timeline::BeginsSegment(const Marked& marked, const ArrivedFrame& arrived) {
  const media::Frame& frame = arrived.frame;
  if (!marked.started) return true;
  const MediaTime aim =
      marked.segment_start + options_.segment_duration - MarkTolerance(marked.track);
  if ((frame.key && (frame.dts >= aim || marked.unaligned)) || events_.IsBorder(frame)) return true;
  if (frame.dts + frame.duration - marked.segment_start <= plan_.main_length_max) return false;
  ++stats_.marks_forced;
  forced_log_.Warn(arrived.arrival, "no key frame within {} s: segment cut without one",
                   plan_.target_duration.count());
  return true;
}

void Timeline::PlaceMain(Marked& marked, ArrivedFrame arrived) {
  media::EventList events;
  if (BeginsSegment(marked, arrived)) events = Begin(marked, arrived);
  PassOn(std::move(arrived.frame), std::move(events));
}

media::EventList Timeline::Begin(Marked& marked, ArrivedFrame& arrived) {
  media::Frame& frame = arrived.frame;
  if (marked.started && anchor_.Follow(frame.pts, arrived.arrival))
    log::Warn("ingest", path_.text(), "wall clock of the stream set anew: it had fallen behind");
  marked.unaligned = events_.IsBorder(frame) && !frame.key;
  ++number_;
  SetMark(marked, frame, number_);
  context_.ledger.Advance(path_, number_, ClockNumber(frame.pts));
  media::EventList events = events_.OnSegment(frame, frame.mark->utc);
  for (Marked& other : tracks_) {
    if (other.main) continue;
    if (other.due.size() == kDueMax) other.due.pop_front();
    other.due.push_back({.number = number_, .at = frame.pts, .events = events});
  }
  return events;
}

void Timeline::SetMark(Marked& marked, media::Frame& frame, int64_t number) {
  marked.started = true;
  marked.segment_start = frame.dts;
  frame.mark = media::SegmentMark{.number = number, .utc = anchor_.At(frame.pts)};
}

void Timeline::PlaceOther(Marked& marked, ArrivedFrame arrived) {
  media::Frame& frame = arrived.frame;
  std::optional<int64_t> number;
  media::EventList events;
  while (frame.key && !marked.due.empty() && marked.due.front().at <= frame.pts) {
    number = marked.due.front().number;
    for (media::Event& event : marked.due.front().events)
      events.push_back(std::move(event));
    marked.due.pop_front();
  }
  if (number) SetMark(marked, frame, *number);
  if (!marked.started) {
    Drop();
    return;
  }
  if (frame.dts + frame.duration - marked.segment_start > plan_.other_length_max) {
    Drop();
    stall_log_.Warn(arrived.arrival, "{} dropped: its segment is full, and no new one has begun",
                    NameOf(marked.track.kind()));
    return;
  }
  PassOn(std::move(frame), std::move(events));
}

void Timeline::PassOn(media::Frame frame, media::EventList events) {
  ++stats_.frames_out;
  events_.Attach(frame, std::move(events));
  next_.OnFrame(std::make_shared<const media::Frame>(std::move(frame)));
}

void Timeline::OnEnd(media::EndReason reason) {
  next_.OnEnd(reason);
}

}  // namespace weir::stream

#include "stream/ingest/event_places.h"

#include <chrono>
#include <memory>
#include <utility>

#include "media/h264/user_data.h"

namespace weir::stream {
namespace {

using media::Event;

/// What may wait for a frame of one track.
constexpr size_t kWaitingMax = 16;
constexpr size_t kWaitingBytesMax = size_t{64} << 10;

bool IsFor(Event::Target target, media::MediaKind kind) {
  switch (target) {
    case Event::Target::kVideo:
      return kind == media::MediaKind::kVideo;
    case Event::Target::kAudio:
      return kind == media::MediaKind::kAudio;
    case Event::Target::kAll:
      break;
  }
  return true;
}

/// Makes room for an event of a series.
void Supersede(media::EventList& waiting, const Event& event) {
  if (event.series == 0) return;
  std::erase_if(waiting, [&event](const Event& old) { return old.series == event.series; });
}

}  // namespace

void EventPlaces::OnEvent(const Event& event, UtcTime arrival) {
  Event numbered = event;
  numbered.id = next_id_++;
  numbered.start = arrival;
  arrival_ = arrival;
  if (event.payload.size() > Event::kPayloadMax) return Drop(event, "it is too large");
  if (!tracks_.empty()) return Place(numbered);
  Supersede(early_, event);
  if (early_.size() >= kWaitingMax) return Drop(event, "too many wait for the stream to begin");
  early_.push_back(std::move(numbered));
}

void EventPlaces::OnRun(const media::TrackList& tracks, media::TrackId main, MediaTime gap) {
  std::map<media::TrackId, Waiting> before = std::exchange(tracks_, {});
  for (const media::Track& track : tracks.tracks)
    tracks_[track.id] = {.codec = track.codec, .events = std::move(before[track.id].events)};
  main_ = main;
  gap_ = gap;
  for (const Event& event : std::exchange(early_, {}))
    Place(event);
}

void EventPlaces::Place(const Event& event) {
  switch (event.kind) {
    case Event::Kind::kCue:
      return AskBreak(cues_, event);
    case Event::Kind::kScte35:
      return AskBreak(splices_, event);
    case Event::Kind::kConclude:
      concluded_ = true;
      return Wait(tracks_.at(main_), event);
    case Event::Kind::kAmf:
      return Wait(tracks_.at(main_), event);
    case Event::Kind::kSei:
      if (tracks_.at(main_).codec != media::CodecId::kH264) return Drop(event, "it needs H.264");
      return Wait(tracks_.at(main_), event);
    case Event::Kind::kId3:
      break;
  }
  for (auto& [id, track] : tracks_) {
    if (IsFor(event.target, KindOf(track.codec))) Wait(track, event);
  }
}

void EventPlaces::Wait(Waiting& track, const Event& event) {
  Supersede(track.events, event);
  const size_t bytes = media::PayloadBytes(track.events) + event.payload.size();
  if (track.events.size() >= kWaitingMax || bytes > kWaitingBytesMax)
    return Drop(event, "too many wait for a frame");
  track.events.push_back(event);
}

void EventPlaces::AskBreak(BreakPlan& plan, const Event& event) {
  const std::string_view refused = plan.Ask(event, now_, gap_);
  if (!refused.empty()) Drop(event, refused);
}

void EventPlaces::Drop(const Event& event, std::string_view why) {
  ++dropped_;
  dropped_log_.Warn(arrival_, "{} event left out: {}", NameOf(event.kind), why);
}

bool EventPlaces::IsBorder(const media::Frame& frame) const {
  return cues_.At(frame.pts, frame.key) != BreakPlan::Border::kNone ||
         splices_.At(frame.pts, frame.key) != BreakPlan::Border::kNone;
}

media::EventList EventPlaces::OnSegment(const media::Frame& frame, UtcTime utc) {
  media::EventList events;
  if (concluded_) events.push_back({.kind = Event::Kind::kConclude});
  Border(cues_, frame, utc, events);
  Border(splices_, frame, utc, events);
  return events;
}

/// For those who join it a splice is told at each start: its own may have left their playlists.
void EventPlaces::Border(BreakPlan& plan, const media::Frame& frame, UtcTime utc,
                         media::EventList& events) {
  const BreakPlan::Border border = plan.At(frame.pts, frame.key);
  const Event* open = plan.open();
  if (open != nullptr && open->kind == Event::Kind::kScte35) events.push_back(*open);
  if (border != BreakPlan::Border::kNone) events.push_back(plan.Pass(border, frame.pts, utc));
}

void EventPlaces::Attach(media::Frame& frame, media::EventList first) {
  if (frame.track == main_) now_ = frame.pts;
  media::EventList events = std::move(first);
  media::EventList& waiting = tracks_.at(frame.track).events;
  for (Event& event : std::exchange(waiting, {})) {
    if (event.key_frame_only && !frame.key) {
      waiting.push_back(std::move(event));
      continue;
    }
    if (event.kind != Event::Kind::kSei) {
      events.push_back(std::move(event));
      continue;
    }
    const auto time = std::chrono::floor<std::chrono::milliseconds>(event.start.time_since_epoch());
    const auto nal =
        media::h264::UserDataSei(static_cast<uint64_t>(time.count()), event.payload.text());
    if (auto with = media::h264::InsertBeforeSlices(frame.payload, nal))
      frame.payload = *std::move(with);
  }
  if (!events.empty()) frame.events = std::make_shared<const media::EventList>(std::move(events));
}

}  // namespace weir::stream

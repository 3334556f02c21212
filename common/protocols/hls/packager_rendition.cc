#include "protocols/hls/packager_rendition.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "protocols/hls/chunklist.h"
#include "protocols/hls/packager_resource.h"
#include "protocols/hls/segment_start.h"

namespace weir::hls {
namespace {

/// Rounded to the nearest. Lengths are taken as differences of these, so that the parts of a
/// segment add up to it exactly, and no part comes out longer than PART-TARGET rounded up.
std::chrono::microseconds MicrosecondsAt(int64_t ticks, uint32_t timescale) {
  const int64_t seconds = ticks / timescale;
  const int64_t rest = ticks % timescale;
  return std::chrono::seconds(seconds) +
         std::chrono::microseconds((rest * 1'000'000 + timescale / 2) / timescale);
}

/// PART-TARGET: rounded up, to ticks and then to microseconds.
std::chrono::microseconds PartTargetOf(const media::Track& track) {
  const MediaTime tick = FromTicks(1, track.timescale());
  const int64_t ticks = (track.part_target + tick - MediaTime(1)) / tick;
  return std::chrono::microseconds((ticks * 1'000'000 + track.timescale() - 1) / track.timescale());
}

/// The same for all renditions of a run: the least that the draft asks for (4.4.3.8), three of the
/// longest part targets, or what is configured.
std::chrono::microseconds PartHoldBackOf(const media::TrackList& tracks) {
  constexpr int kParts = 3;
  auto hold_back = std::chrono::ceil<std::chrono::microseconds>(tracks.run->part_hold_back);
  for (const media::Track& track : tracks.tracks)
    hold_back = std::max(hold_back, kParts * PartTargetOf(track));
  return hold_back;
}

/// A delta pays where it leaves out at least as much as it keeps, which is six target durations: in
/// shorter playlists it saves a few bytes, and splits every cache in two.
bool OffersDeltas(const media::Run& run) {
  constexpr int kTargets = 12;
  return run.segment_count * run.segment_duration >= kTargets * run.target_duration;
}

}  // namespace

PackagerRendition::PackagerRendition(const RenditionContext& context, media::TrackId track,
                                     media::MediaKind kind)
    : context_(context),
      track_(track),
      kind_(kind),
      chunklist_uri_(FileName{
          .type = FileName::Type::kChunklist, .track = track, .kind = kind, .key = context.key}
                         .text()),
      segmenter_(context.limits, context.stats, static_cast<SegmentSink&>(*this)) {}

void PackagerRendition::StartRun(const media::TrackList& tracks) {
  const media::Track& track = *tracks.Find(track_);
  const media::Run& run = *tracks.run;
  if (segmenter_.last() && run.first_number <= *segmenter_.last()) {
    // Numbers went back, which only an origin without memory does: a new beginning.
    TellExpired(window_.Clear());
    context_.reports.Remove(track_);
    segmenter_.Forget();
    newest_.reset();
  }
  if (!run_.id.empty()) previous_run_ = std::move(run_);
  run_ = RunText{.id = run.id,
                 .first_number = run.first_number,
                 .timescale = track.timescale(),
                 .playlist = {.map_uri = {},
                              .discontinuity_sequence = run.discontinuity_sequence,
                              .targets = {.duration = run.target_duration,
                                          .part = PartTargetOf(track),
                                          .part_hold_back = PartHoldBackOf(tracks)},
                              .segment_count = static_cast<size_t>(run.segment_count),
                              .offers_deltas = OffersDeltas(run)},
                 .preload_hint = run.preload_hint};
  run_.playlist.map_uri = NameOf(FileName::Type::kInit, run_, 0, 0);
  concluding_ = false;
  segmenter_.StartRun(track, run);
}

std::string PackagerRendition::NameOf(FileName::Type type, const RunText& run, int64_t number,
                                      int part) const {
  return FileName{
      .type = type, .track = track_, .kind = kind_, .number = number, .part = part, .key = run.id}
      .text();
}

void PackagerRendition::OnSegmentOpened(const media::Frame& first) {
  window_.Open(first.mark->number, run_.playlist, SegmentStartOf(first));
  open_ticks_ = 0;
}

void PackagerRendition::OnPart(SegmentPart part) {
  const auto start = MicrosecondsAt(open_ticks_, run_.timescale);
  open_ticks_ += part.part.ticks;
  window_.AddPart({.duration = MicrosecondsAt(open_ticks_, run_.timescale) - start,
                   .uri = NameOf(FileName::Type::kPart, run_, part.number, part.index),
                   .independent = part.part.independent});
  context_.reports.Set(track_, chunklist_uri_, part.number, part.index);
  context_.sink.OnPart({.track = track_,
                        .number = part.number,
                        .part = part.index,
                        .media = MakeMedia(store_.Keep(std::move(part.part.bytes)), kind_),
                        .playlist = ChunklistNow(part.next)});
}

void PackagerRendition::OnSegmentClosed(SegmentEnd end) {
  std::string uri = NameOf(FileName::Type::kSegment, run_, end.number, 0);
  ResourcePtr media;
  if (end.whole) {
    ++context_.stats.segments;
    const auto length = window_.Close(std::move(uri));
    const auto rounded = std::chrono::round<std::chrono::seconds>(length);
    if (rounded > run_.playlist.targets.duration) ++context_.stats.segments_long;
    media = MakeMedia(store_.Join(end.parts), kind_);
  } else {
    ++context_.stats.segments_lost;
    window_.CloseAsGap(std::move(uri), GapLength(end, run_));
  }
  if (concluding_) window_.End();
  TellClosed(end, std::move(media));
}

void PackagerRendition::OnSegmentMissing(SegmentEnd end) {
  ++context_.stats.segments_lost;
  const RunText& run = previous_run_ && end.number < run_.first_number ? *previous_run_ : run_;
  window_.AddGap(run.playlist, NameOf(FileName::Type::kSegment, run, end.number, 0),
                 GapLength(end, run));
  TellClosed(end, nullptr);
}

std::chrono::microseconds PackagerRendition::GapLength(const SegmentEnd& end,
                                                       const RunText& run) const {
  const std::chrono::microseconds target = run.playlist.targets.duration;
  if (!end.length || *end.length <= MediaTime(0)) return target;
  return std::min(target, std::chrono::duration_cast<std::chrono::microseconds>(*end.length));
}

ChunklistPtr PackagerRendition::ChunklistNow(const std::optional<PartName>& next) const {
  m3u8::MediaPlaylist playlist = window_.Now();
  if (next && run_.preload_hint && !playlist.ended)
    playlist.preload_hint = NameOf(FileName::Type::kPart, run_, next->number, next->part);
  playlist.reports = context_.reports.Others(track_);
  return std::make_shared<const Chunklist>(m3u8::LowLatencyText(playlist));
}

ResourcePtr PackagerRendition::LegacyChunklist() const {
  return MakePlaylist(m3u8::RenderWhole(window_.Now()));
}

void PackagerRendition::TellClosed(const SegmentEnd& end, ResourcePtr media) {
  newest_ = SegmentClosed{.track = track_,
                          .number = end.number,
                          .parts = static_cast<int>(end.parts.size()),
                          .media = std::move(media),
                          .playlist = ChunklistNow(end.next),
                          .legacy = LegacyChunklist(),
                          .entry = window_.Newest()};
  context_.sink.OnSegment(*newest_);
  TellExpired(window_.TakeExpired());
}

void PackagerRendition::TellExpired(const std::vector<int64_t>& numbers) {
  for (const int64_t number : numbers)
    context_.sink.OnExpired({.track = track_, .number = number});
}

void PackagerRendition::Conclude() {
  concluding_ = true;
  if (segmenter_.EndRun() || !newest_) return;
  // Nothing was open: the newest segment is told once more, with ended playlists.
  window_.End();
  newest_->playlist = ChunklistNow(std::nullopt);
  newest_->legacy = LegacyChunklist();
  context_.sink.OnSegment(*newest_);
}

void PackagerRendition::Retire() {
  context_.reports.Remove(track_);
  TellExpired(window_.Clear());
}

}  // namespace weir::hls

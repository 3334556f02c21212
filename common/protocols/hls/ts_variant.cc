#include "protocols/hls/ts_variant.h"

#include <algorithm>
#include <utility>

#include "protocols/hls/naming.h"
#include "protocols/hls/packager_resource.h"

namespace weir::hls {
namespace {

/// How many segments the sound may be behind.
constexpr int64_t kSegmentsLate = 2;

}  // namespace

TsVariant::TsVariant(const std::string& key, media::TrackId main, PublishedSink& sink)
    : key_(key), main_(main), sink_(sink) {}

void TsVariant::EndRun() {
  if (!pending_.empty()) PublishUpTo(pending_.rbegin()->first);
  run_.reset();
}

void TsVariant::StartRun(std::shared_ptr<const media::TrackList> run,
                         std::optional<media::TrackId> audio) {
  if (last_ && run->run->first_number <= *last_) {
    // Numbers went back, which only an origin without memory does: a new beginning.
    last_.reset();
    listed_.clear();
  }
  run_ = std::move(run);
  audio_ = audio;
  ended_ = false;
}

void TsVariant::OnSegment(const SegmentClosed& segment) {
  const bool is_main = segment.track == main_;
  if (run_ == nullptr || (!is_main && segment.track != audio_)) return;
  if (last_ && segment.number <= *last_) return;
  Pending& pending = pending_[segment.number];
  (is_main ? pending.main : pending.audio) = segment;
  if (is_main) PublishUpTo(segment.number - kSegmentsLate);
  while (!pending_.empty()) {
    const auto& [number, oldest] = *pending_.begin();
    const bool never = is_main && !oldest.main;  // the main track's come in order
    if (!never && !IsComplete(oldest)) return;
    PublishUpTo(number);
  }
}

bool TsVariant::IsComplete(const Pending& pending) const {
  return pending.main && (!audio_ || pending.audio);
}

/// Those up to `number`, whether complete or not; without the main track they are nothing.
void TsVariant::PublishUpTo(int64_t number) {
  while (!pending_.empty() && pending_.begin()->first <= number) {
    const auto node = pending_.extract(pending_.begin());
    if (node.mapped().main) Publish(node.key(), node.mapped());
  }
}

void TsVariant::Publish(int64_t number, const Pending& pending) {
  const bool gap =
      pending.main->media == nullptr || (pending.audio && pending.audio->media == nullptr);
  if (!gap) {
    made_[number] = {.run = run_,
                     .audio = audio_,
                     .main_media = pending.main->media,
                     .audio_media = pending.audio ? pending.audio->media : nullptr};
  }
  List(number, pending.main->entry, gap);
  last_ = number;
  Tell(number, gap);
}

void TsVariant::List(int64_t number, const m3u8::Segment& entry, bool gap) {
  const media::Run& run = *run_->run;
  if (!listed_.empty()) {
    const Listed& newest = listed_.back();
    const bool follows = number == newest.number + 1 &&
                         (newest.run == run.id ||
                          entry.discontinuity_sequence > newest.segment.discontinuity_sequence);
    if (!follows) listed_.clear();
  }
  m3u8::Segment segment = entry;
  segment.map_uri.clear();
  segment.uri =
      FileName{.type = FileName::Type::kTsSegment, .track = main_, .number = number, .key = run.id}
          .text();
  segment.gap = gap;
  listed_.push_back({.number = number,
                     .run = run.id,
                     .target_duration = run.target_duration,
                     .segment = std::move(segment)});
  while (listed_.size() > static_cast<size_t>(run.segment_count))
    listed_.pop_front();
}

m3u8::MediaPlaylist TsVariant::Playlist() const {
  m3u8::MediaPlaylist playlist{.ended = ended_};
  playlist.media_sequence = listed_.front().number;
  playlist.discontinuity_sequence = listed_.front().segment.discontinuity_sequence;
  for (const Listed& each : listed_) {
    playlist.target_duration = std::max(playlist.target_duration, each.target_duration);
    playlist.segments.push_back(&each.segment);
    m3u8::AddDateRanges(each.segment, playlist.date_ranges);
  }
  return playlist;
}

void TsVariant::Tell(int64_t number, bool gap) {
  sink_.OnSegment({.track = main_ | kTsRendition,
                   .number = number,
                   .parts = 0,
                   .media = nullptr,
                   .playlist = nullptr,
                   .legacy = MakePlaylist(m3u8::RenderWhole(Playlist())),
                   .on_demand = !gap});
}

void TsVariant::OnExpired(int64_t number) {
  pending_.erase(number);
  made_.erase(number);
  sink_.OnExpired({.track = main_ | kTsRendition, .number = number});
}

void TsVariant::Conclude() {
  ended_ = true;
  if (!pending_.empty()) PublishUpTo(pending_.rbegin()->first);
  if (!listed_.empty()) Tell(listed_.back().number, listed_.back().segment.gap);
}

std::vector<TsInput> TsVariant::InputsOf(const std::string& run, int64_t number) const {
  const auto found = made_.find(number);
  if (found == made_.end() || found->second.run->run->id != run) return {};
  const Made& made = found->second;
  const auto track = [&made](media::TrackId id) {
    return std::shared_ptr<const media::Track>(made.run, made.run->Find(id));
  };
  std::vector<TsInput> inputs{{.track = track(main_), .segment = made.main_media}};
  if (made.audio) inputs.push_back({.track = track(*made.audio), .segment = made.audio_media});
  return inputs;
}

}  // namespace weir::hls

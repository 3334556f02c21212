#include "edge/dvr/dvr_recorder.h"

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "protocols/hls/naming.h"
#include "protocols/hls/packager_resource.h"
#include "protocols/hls/rewind_text.h"
#include "protocols/hls/ts_variant.h"

namespace weir::edge {
namespace {

constexpr const char* kRewind = "_HLS_rewind=YES";
constexpr const char* kMediaSequence = "#EXT-X-MEDIA-SEQUENCE:";

bool IsTs(media::TrackId track) {
  return (track & hls::kTsRendition) != 0;
}

hls::ResourcePtr WithRewind(const hls::ResourcePtr& playlist) {
  return hls::MakePlaylist(hls::WithQuery(playlist->bytes.text(), kRewind));
}

std::shared_ptr<const hls::Multivariants> WithRewind(const hls::Multivariants& playlists) {
  hls::Multivariants all;
  for (const auto& [name, forms] : playlists)
    all[name] = {.usual = WithRewind(forms.usual), .legacy = WithRewind(forms.legacy)};
  return std::make_shared<const hls::Multivariants>(std::move(all));
}

/// What `file` was when its stream listed it.
hls::RewindSegment SegmentOf(const DvrFile& file) {
  hls::FileName name{
      .type = hls::FileName::Type::kInit, .track = file.track, .kind = file.kind, .key = file.run};
  hls::RewindSegment segment{.number = *file.number, .run = file.run, .size = file.size};
  segment.entry.map_uri = name.text();
  name.type = hls::FileName::Type::kSegment;
  name.number = *file.number;
  segment.entry.uri = name.text();
  segment.entry.discontinuity_sequence = file.discontinuity_sequence;
  segment.entry.program_date_time = file.date;
  segment.entry.duration = file.length;
  return segment;
}

}  // namespace

DvrRecorder::DvrRecorder(Options options, Executor& home, DvrStore& store, Executor& worker,
                         hls::PublishedSink& sink)
    : options_(std::move(options)),
      key_(hls::ChunklistKey(options_.path)),
      home_(home),
      store_(store),
      worker_(worker),
      sink_(sink) {}

DvrRecorder::Rendition& DvrRecorder::RenditionOf(media::TrackId track, media::MediaKind kind) {
  Rendition& rendition = renditions_[track];
  rendition.kind = kind;
  if (rendition.window == nullptr) {
    rendition.window = std::make_unique<hls::RewindWindow>(
        options_.length, [this, track, kind](const hls::RewindSegment& dropped) {
          store_.Remove(FileOf(track, kind, dropped));
        });
  }
  return rendition;
}

DvrFile DvrRecorder::FileOf(media::TrackId track, media::MediaKind kind,
                            const hls::RewindSegment& segment) const {
  return {.key = key_,
          .run = segment.run,
          .discontinuity_sequence = segment.entry.discontinuity_sequence,
          .track = track,
          .kind = kind,
          .number = segment.number,
          .length = segment.entry.duration,
          .date = segment.entry.program_date_time.value_or(UtcTime{}),
          .size = segment.size};
}

void DvrRecorder::OnRunOpened(const hls::RunOpened& opened) {
  hls::RunOpened with_rewind = opened;
  with_rewind.rewind_multivariants = WithRewind(*opened.multivariants);
  sink_.OnRunOpened(with_rewind);
  for (const media::Track& track : opened.tracks->tracks)
    RenditionOf(track.id, track.kind());
  KeepInits(opened);
  if (std::exchange(listed_, true)) return;
  store_.List(key_, home_, [this, life = std::weak_ptr(alive_)](const std::vector<DvrFile>& files) {
    if (!life.expired()) OnListed(files);
  });
}

void DvrRecorder::KeepInits(const hls::RunOpened& opened) {
  const media::Run& run = *opened.tracks->run;
  for (const auto& [track, init] : opened.inits) {
    const DvrFile file{.key = key_,
                       .run = run.id,
                       .discontinuity_sequence = run.discontinuity_sequence,
                       .track = track,
                       .kind = renditions_[track].kind,
                       .size = init->bytes.size()};
    inits_[{run.id, track}] = file;
    store_.Write(file, init->bytes, home_, [path = options_.path](const Status& kept) {
      if (!kept) log::Warn("dvr", path, "an init segment is not kept: {}", kept.error().detail);
    });
  }
}

void DvrRecorder::OnPart(const hls::PartAdded& part) {
  sink_.OnPart(part);
}

void DvrRecorder::OnExpired(const hls::SegmentExpired& expired) {
  sink_.OnExpired(expired);
}

void DvrRecorder::OnEnd(media::EndReason reason) {
  sink_.OnEnd(reason);
}

void DvrRecorder::OnSegment(const hls::SegmentClosed& segment) {
  sink_.OnSegment(segment);
  const auto place = renditions_.find(segment.track);
  const auto map = hls::ParseFileName(segment.entry.map_uri);
  if (IsTs(segment.track) || place == renditions_.end() || !map) return;
  Rendition& rendition = place->second;
  hls::RewindSegment added{.number = segment.number,
                           .run = map->key,
                           .entry = segment.entry,
                           .size = segment.media == nullptr ? 0 : segment.media->bytes.size()};
  // Told again when its stream is concluded.
  if (rendition.window->Has(added.run, added.number)) return;
  rendition.window->Add(added);
  Restore(rendition);
  if (segment.media != nullptr) Keep(segment.track, added, segment.media, false);
}

void DvrRecorder::Keep(media::TrackId track, const hls::RewindSegment& segment,
                       const hls::ResourcePtr& media, bool again) {
  store_.Write(
      FileOf(track, renditions_[track].kind, segment), media->bytes, home_,
      [this, track, segment, media, again, life = std::weak_ptr(alive_)](const Status& kept) {
        if (!life.expired()) OnKept(track, segment, media, again, kept);
      });
}

void DvrRecorder::OnKept(media::TrackId track, const hls::RewindSegment& segment,
                         const hls::ResourcePtr& media, bool again, const Status& kept) {
  if (kept) return;
  hls::RewindWindow& window = *renditions_[track].window;
  const bool full = kept.error().code == ErrorCode::kLimitExceeded;
  // The oldest make room, once: removed by the thread that then writes.
  if (full && !again && window.Free(segment.size, segment.number) > 0)
    return Keep(track, segment, media, true);
  log::Warn("dvr", options_.path, "segment {} of track {} is not kept: {}", segment.number, track,
            kept.error().detail);
  window.Lose(segment.number);
}

void DvrRecorder::OnListed(const std::vector<DvrFile>& files) {
  for (const DvrFile& file : files) {
    if (!file.number) inits_.try_emplace({file.run, file.track}, file);
  }
  for (const DvrFile& file : files) {
    if (!file.number) continue;
    const auto place = renditions_.find(file.track);
    const bool wanted = place != renditions_.end() && place->second.kind == file.kind &&
                        inits_.contains({file.run, file.track});
    if (wanted)
      place->second.found.push_back(SegmentOf(file));
    else
      store_.Remove(file);
  }
  for (auto& [track, rendition] : renditions_) {
    std::sort(rendition.found.begin(), rendition.found.end(),
              [](const auto& a, const auto& b) { return a.number < b.number; });
    Restore(rendition);
  }
}

/// Puts what was found before what there is, once there is something.
void DvrRecorder::Restore(Rendition& rendition) {
  if (rendition.window->empty() || rendition.found.empty()) return;
  rendition.window->Restore(std::exchange(rendition.found, {}));
}

void DvrRecorder::OnDemand(const hls::Demand& demand, Done done) {
  switch (demand.type) {
    case hls::Demand::Type::kPastSegment:
      return FetchSegment(demand, std::move(done));
    case hls::Demand::Type::kPastInit:
      return FetchInit(demand, std::move(done));
    case hls::Demand::Type::kRewindList:
      return Print(demand, std::move(done));
    case hls::Demand::Type::kTsSegment:
      return done(Fail(ErrorCode::kNotFound, "this is made elsewhere"));
  }
}

void DvrRecorder::FetchSegment(const hls::Demand& demand, Done done) {
  const auto place = renditions_.find(demand.track);
  const hls::RewindSegment* const found =
      place == renditions_.end() ? nullptr : place->second.window->Find(demand.run, demand.number);
  if (found == nullptr) return done(Fail(ErrorCode::kNotFound, "this is not kept"));
  Fetch(FileOf(demand.track, place->second.kind, *found), std::move(done));
}

void DvrRecorder::FetchInit(const hls::Demand& demand, Done done) {
  const auto init = inits_.find({demand.run, demand.track});
  if (init == inits_.end()) return done(Fail(ErrorCode::kNotFound, "this is not kept"));
  Fetch(init->second, std::move(done));
}

void DvrRecorder::Fetch(const DvrFile& file, Done done) {
  store_.Read(file, home_,
              [done = std::move(done),
               life = std::weak_ptr(alive_)](const Result<hls::ResourcePtr>& media) {
                if (!life.expired()) done(media);
              });
}

void DvrRecorder::Print(const hls::Demand& demand, Done done) {
  const auto place = renditions_.find(demand.track);
  const auto first = hls::NumberBehind(demand.live->bytes.text(), kMediaSequence);
  if (place == renditions_.end() || !first) return done(demand.live);
  Rendition& rendition = place->second;
  const auto& [live, printed] = rendition.printed[demand.part];
  if (live == demand.live) return done(printed);
  worker_.Post([this, demand, done = std::move(done), &home = home_,
                past = rendition.window->Before(*first), life = std::weak_ptr(alive_)] {
    auto made = hls::MakePlaylist(hls::WithPast(demand.live->bytes.text(), past));
    home.Post([this, demand, done, made = std::move(made), life] {
      if (life.expired()) return;
      renditions_[demand.track].printed[demand.part] = {demand.live, made};
      done(made);
    });
  });
}

}  // namespace weir::edge

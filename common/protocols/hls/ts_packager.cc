#include "protocols/hls/ts_packager.h"

#include <algorithm>

#include "formats/m3u8/multivariant_playlist.h"
#include "formats/ts/segment.h"
#include "protocols/hls/naming.h"
#include "protocols/hls/packager_resource.h"
#include "protocols/hls/ts_segment.h"

namespace weir::hls {
namespace {

constexpr int kVersion = 3;
/// As in the other multivariant playlists.
constexpr int64_t kBandwidthUnknown = 1'000'000;

m3u8::Variant Describe(const media::Track& main, const media::Track* audio) {
  m3u8::Variant variant{.bandwidth = kBandwidthUnknown, .width = main.width, .height = main.height};
  for (const media::Track* track : {&main, audio}) {
    if (track != nullptr && !track->codec_string.empty())
      variant.codecs.push_back(track->codec_string);
  }
  if (main.bitrate > 0) {
    // What packets of 188 bytes add, and peaks, at a guess.
    const int64_t bitrate = main.bitrate + (audio != nullptr ? audio->bitrate : 0);
    variant.bandwidth = bitrate + bitrate / 5;
    variant.average_bandwidth = bitrate + bitrate / 20;
  }
  if (main.kind() == media::MediaKind::kVideo && main.frame_duration.count() > 0)
    variant.frame_rate = 1 / ToSeconds(main.frame_duration);
  return variant;
}

}  // namespace

TsPackager::TsPackager(const std::string& path, Executor& home, Executor& worker,
                       PublishedSink& sink)
    : key_(ChunklistKey(path)), home_(home), worker_(worker), sink_(sink) {}

std::vector<TsPackager::Pair> TsPackager::PairsOf(const media::TrackList& tracks) {
  std::vector<Pair> pairs;
  const media::Track* audio = nullptr;
  for (const media::Track& track : tracks.tracks) {
    if (!ts::CanCarry(track)) continue;
    if (track.kind() == media::MediaKind::kVideo)
      pairs.push_back({.main = &track});
    else if (audio == nullptr)
      audio = &track;
  }
  for (Pair& pair : pairs)
    pair.audio = audio;
  if (pairs.empty() && audio != nullptr) pairs.push_back({.main = audio});
  return pairs;
}

ResourcePtr TsPackager::Multivariant(const std::vector<Pair>& pairs) const {
  m3u8::MultivariantPlaylist playlist{.version = kVersion};
  for (const Pair& pair : pairs) {
    m3u8::Variant variant = Describe(*pair.main, pair.audio);
    variant.uri =
        FileName{.type = FileName::Type::kTsChunklist, .track = pair.main->id, .key = key_}.text();
    playlist.variants.push_back(std::move(variant));
  }
  return MakePlaylist(m3u8::Render(playlist));
}

TsVariant& TsPackager::VariantOf(media::TrackId main) {
  for (const auto& variant : variants_) {
    if (variant->main() == main) return *variant;
  }
  return *variants_.emplace_back(std::make_unique<TsVariant>(key_, main, sink_));
}

void TsPackager::OnRunOpened(const RunOpened& opened) {
  const std::vector<Pair> pairs = PairsOf(*opened.tracks);
  RunOpened with_ts = opened;
  if (!pairs.empty()) with_ts.multivariant_ts = Multivariant(pairs);
  for (const Pair& pair : pairs)
    with_ts.ts_renditions.push_back(pair.main->id | kTsRendition);
  for (const auto& variant : variants_)
    variant->EndRun();
  sink_.OnRunOpened(with_ts);
  for (const Pair& pair : pairs) {
    VariantOf(pair.main->id)
        .StartRun(opened.tracks,
                  pair.audio == nullptr ? std::nullopt : std::optional(pair.audio->id));
  }
}

void TsPackager::OnPart(const PartAdded& part) {
  sink_.OnPart(part);
}

void TsPackager::OnSegment(const SegmentClosed& segment) {
  sink_.OnSegment(segment);
  for (const auto& variant : variants_)
    variant->OnSegment(segment);
}

void TsPackager::OnExpired(const SegmentExpired& expired) {
  sink_.OnExpired(expired);
  const media::TrackId rendition = expired.track | kTsRendition;
  std::erase_if(kept_, [&](const auto& kept) {
    return kept.first.track == rendition && kept.first.number == expired.number;
  });
  for (const auto& variant : variants_) {
    if (variant->main() == expired.track) variant->OnExpired(expired.number);
  }
}

void TsPackager::OnEnd(media::EndReason reason) {
  if (reason == media::EndReason::kConcluded) {
    for (const auto& variant : variants_)
      variant->Conclude();
  }
  sink_.OnEnd(reason);
}

std::vector<TsInput> TsPackager::InputsOf(const Demand& demand) const {
  if (demand.type != Demand::Type::kTsSegment) return {};
  for (const auto& variant : variants_) {
    if ((variant->main() | kTsRendition) == demand.track)
      return variant->InputsOf(demand.run, demand.number);
  }
  return {};
}

void TsPackager::OnDemand(const Demand& demand, Done done) {
  const auto kept = kept_.find(demand);
  if (kept != kept_.end()) return done(kept->second);
  std::vector<TsInput> inputs = InputsOf(demand);
  if (inputs.empty()) return done(Fail(ErrorCode::kNotFound, "there is no such segment"));
  worker_.Post([this, &home = home_, demand, inputs = std::move(inputs), done = std::move(done),
                life = std::weak_ptr(alive_)] {
    Result<ResourcePtr> made = MakeTsSegment(inputs, demand.number);
    home.Post([this, demand, made = std::move(made), done, life] {
      if (life.expired()) return;
      // Unless it has expired meanwhile.
      if (made && !InputsOf(demand).empty()) kept_[demand] = *made;
      done(made);
    });
  });
}

}  // namespace weir::hls

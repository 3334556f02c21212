#include "protocols/hls/packager.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "formats/fmp4/init_segment.h"
#include "protocols/hls/naming.h"
#include "protocols/hls/packager_input.h"
#include "protocols/hls/packager_rendition.h"
#include "protocols/hls/packager_resource.h"
#include "protocols/hls/playlist_variants.h"

namespace weir::hls {
namespace {

bool Concludes(const media::EventList& events) {
  return std::any_of(events.begin(), events.end(), [](const media::Event& event) {
    return event.kind == media::Event::Kind::kConclude;
  });
}

}  // namespace

Packager::Packager(PackagerOptions options, PublishedSink& sink)
    : options_(std::move(options)), key_(ChunklistKey(options_.path)), sink_(sink) {}

Packager::~Packager() = default;

PackagerRendition* Packager::Find(media::TrackId track) {
  for (const auto& rendition : renditions_)
    if (rendition->track() == track) return rendition.get();
  return nullptr;
}

void Packager::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  if (tracks->run && !run_.empty() && tracks->run->id == run_) return OnGap();
  EndRun();
  if (const Status checked = CheckTracks(*tracks); !checked) {
    ++stats_.runs_refused;
    log::Warn("hls", options_.path, "cannot package this: {}", checked.error().detail);
    return;
  }
  RetireOthers(*tracks);
  concluded_ = false;
  Open(tracks);
  run_ = tracks->run->id;
}

void Packager::EndRun() {
  run_.clear();
  for (const auto& rendition : renditions_)
    rendition->EndRun();
}

void Packager::RetireOthers(const media::TrackList& tracks) {
  std::erase_if(renditions_, [&tracks](const auto& rendition) {
    const media::Track* track = tracks.Find(rendition->track());
    if (track != nullptr && track->kind() == rendition->kind()) return false;
    rendition->Retire();
    return true;
  });
}

std::shared_ptr<const Multivariants> Packager::MultivariantsOf(
    const media::TrackList& tracks) const {
  // "<virtual host>/<application>/<stream>"
  const std::string_view path = options_.path;
  const ChunklistPlace place{.key = key_,
                             .location = path.substr(std::min(path.find('/'), path.size()))};
  const auto make = [&](const media::Playlist& playlist) {
    return Multivariant{.usual = MakePlaylist(MultivariantText(tracks, playlist, place, false)),
                        .legacy = MakePlaylist(MultivariantText(tracks, playlist, place, true))};
  };
  auto all = std::make_shared<Multivariants>();
  const Multivariant usual = make(DefaultPlaylist(tracks));
  for (const std::string_view name : kDefaultPlaylistNames)
    all->emplace(name, usual);
  for (const media::Playlist& playlist : tracks.playlists)
    all->insert_or_assign(playlist.file_name, make(playlist));
  return all;
}

void Packager::Open(const std::shared_ptr<const media::TrackList>& tracks) {
  RunOpened opened{.tracks = tracks, .multivariants = MultivariantsOf(*tracks), .inits = {}};
  for (const media::Track& track : tracks->tracks) {
    opened.inits.emplace_back(track.id,
                              MakeMedia(SharedBytes(fmp4::WriteInitSegment(track)), track.kind()));
  }
  sink_.OnRunOpened(opened);
  for (const media::Track& track : tracks->tracks) {
    PackagerRendition* rendition = Find(track.id);
    if (rendition == nullptr) {
      const RenditionContext context{.key = key_,
                                     .limits = options_.limits,
                                     .stats = stats_,
                                     .reports = reports_,
                                     .sink = sink_};
      renditions_.push_back(std::make_unique<PackagerRendition>(context, track.id, track.kind()));
      rendition = renditions_.back().get();
    }
    rendition->StartRun(*tracks);
  }
}

void Packager::OnFrame(std::shared_ptr<const media::Frame> frame) {
  PackagerRendition* rendition = run_.empty() ? nullptr : Find(frame->track);
  if (rendition == nullptr) {
    ++stats_.frames_dropped;
    return;
  }
  if (frame->events && !concluded_ && Concludes(*frame->events)) Conclude();
  if (concluded_) return;
  rendition->OnFrame(std::move(frame));
}

void Packager::Conclude() {
  concluded_ = true;
  for (const auto& rendition : renditions_)
    rendition->Conclude();
  sink_.OnEnd(media::EndReason::kConcluded);
}

void Packager::OnGap() {
  for (const auto& rendition : renditions_)
    rendition->OnGap();
}

void Packager::OnEnd(media::EndReason reason) {
  if (concluded_) return;
  if (reason == media::EndReason::kConcluded) return Conclude();
  for (const auto& rendition : renditions_) {
    if (reason == media::EndReason::kFinished) {
      rendition->EndRun();
    } else {
      rendition->OnGap();
    }
  }
  sink_.OnEnd(reason);
}

}  // namespace weir::hls

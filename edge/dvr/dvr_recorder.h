#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "edge/dvr/dvr_store.h"
#include "protocols/hls/demand.h"
#include "protocols/hls/published.h"
#include "protocols/hls/rewind_window.h"

namespace weir::edge {

/// Lets the viewers of one stream wind back further than its playlists list: stands between the
/// packager and its sink, hands everything on, has each whole segment kept on disk, and brings it
/// back when somebody asks. A segment that could not be kept is a gap in the rewind playlist; live
/// never waits.
///
/// After a restart of the edge it finds what it had kept of the stream.
///
/// Thread: one loop's, `home`.
class DvrRecorder final : public hls::PublishedSink, public hls::DemandSource {
 public:
  struct Options {
    std::string path;                ///< Of the stream, as text.
    std::chrono::seconds length{0};  ///< How far back.
  };

  /// `home`, `store`, `worker` and `sink` outlive it; `worker` prints playlists.
  DvrRecorder(Options options, Executor& home, DvrStore& store, Executor& worker,
              hls::PublishedSink& sink);

  DvrRecorder(const DvrRecorder&) = delete;
  DvrRecorder& operator=(const DvrRecorder&) = delete;

  void OnRunOpened(const hls::RunOpened& opened) override;
  void OnPart(const hls::PartAdded& part) override;
  void OnSegment(const hls::SegmentClosed& segment) override;
  void OnExpired(const hls::SegmentExpired& expired) override;
  void OnEnd(media::EndReason reason) override;

  void OnDemand(const hls::Demand& demand, Done done) override;

 private:
  /// One track's.
  struct Rendition {
    media::MediaKind kind = media::MediaKind::kVideo;
    std::unique_ptr<hls::RewindWindow> window;
    std::vector<hls::RewindSegment> found;  ///< On disk, until there is something to follow it.
    /// The newest playlists that were printed, by Demand::part, with what they were made of.
    std::map<int, std::pair<hls::ResourcePtr, hls::ResourcePtr>> printed;
  };

  using InitKey = std::pair<std::string, media::TrackId>;  ///< Of run and track.

  Rendition& RenditionOf(media::TrackId track, media::MediaKind kind);
  DvrFile FileOf(media::TrackId track, media::MediaKind kind,
                 const hls::RewindSegment& segment) const;
  void KeepInits(const hls::RunOpened& opened);
  void Keep(media::TrackId track, const hls::RewindSegment& segment, const hls::ResourcePtr& media,
            bool again);
  void OnKept(media::TrackId track, const hls::RewindSegment& segment,
              const hls::ResourcePtr& media, bool again, const Status& kept);
  void OnListed(const std::vector<DvrFile>& files);
  void Restore(Rendition& rendition);
  void Fetch(const DvrFile& file, Done done);
  void FetchSegment(const hls::Demand& demand, Done done);
  void FetchInit(const hls::Demand& demand, Done done);
  void Print(const hls::Demand& demand, Done done);

  const Options options_;
  const std::string key_;
  Executor& home_;
  DvrStore& store_;
  Executor& worker_;
  hls::PublishedSink& sink_;
  bool listed_ = false;  // or asked for
  std::map<media::TrackId, Rendition> renditions_;
  std::map<InitKey, DvrFile> inits_;
  // Held weakly by what the store may call after our end.
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace weir::edge

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "media/media_sink.h"
#include "protocols/hls/packager_stats.h"
#include "protocols/hls/playlist_reports.h"
#include "protocols/hls/published.h"
#include "protocols/hls/segmenter.h"

namespace weir::hls {

class PackagerRendition;

struct PackagerOptions {
  std::string path;  ///< Of the stream, as text, "default/app/stream": names its chunklists.
  SegmentLimits limits{};
};

/// Makes low-latency HLS of a stream: CMAF init segments, parts and segments, and the playlists as
/// they stand after each of them (draft-pantos-hls-rfc8216bis).
///
/// It knows no clock, thread or socket, and is a pure function of the track lists (with their
/// runs), frames and marks it is told: two packagers of one stream make the same bytes wherever
/// they joined it, and the same playlists once both have seen a whole playlist's worth.
///
/// What becomes of the open segment, and why:
///   - new run: it is closed with what it has. All edges have seen all of its frames.
///   - OnGap, or the same run announced again: it waits for its own mark, to be built again, or for
///     a later one, which makes it a gap (Segmenter).
///   - kFinished: as with a new run. The playlist stays open: the publisher may be back.
///   - kConcluded: the same, and the playlists are ended.
///   - an event that concludes: as with kConcluded, and what follows of this run is left out.
///   - any other end: as OnGap. Where the frames stopped is chance, so another edge may have more
///     of them, under the same URL; a run that follows makes it a gap.
///
/// A list without a run, or with values nobody could play, stops everything until the next list.
///
/// Thread: the caller's.
class Packager final : public media::MediaSink {
 public:
  /// `sink` outlives it.
  Packager(PackagerOptions options, PublishedSink& sink);
  ~Packager() override;

  Packager(const Packager&) = delete;
  Packager& operator=(const Packager&) = delete;

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;
  void OnGap() override;
  void OnEnd(media::EndReason reason) override;

  const PackagerStats& stats() const { return stats_; }

 private:
  PackagerRendition* Find(media::TrackId track);
  void EndRun();
  void Conclude();
  void RetireOthers(const media::TrackList& tracks);
  std::shared_ptr<const Multivariants> MultivariantsOf(const media::TrackList& tracks) const;
  void Open(const std::shared_ptr<const media::TrackList>& tracks);

  const PackagerOptions options_;
  const std::string key_;  ///< Of the chunklists.
  PublishedSink& sink_;
  PackagerStats stats_;
  PlaylistReports reports_;
  std::string run_;         ///< Id of the current one; empty: none, frames are dropped.
  bool concluded_ = false;  ///< It was, before its end.
  std::vector<std::unique_ptr<PackagerRendition>> renditions_;
};

}  // namespace weir::hls

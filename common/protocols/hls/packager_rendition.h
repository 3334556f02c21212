#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "formats/m3u8/media_playlist.h"
#include "media/frame.h"
#include "media/track.h"
#include "protocols/hls/media_store.h"
#include "protocols/hls/naming.h"
#include "protocols/hls/packager_stats.h"
#include "protocols/hls/playlist_reports.h"
#include "protocols/hls/playlist_window.h"
#include "protocols/hls/published.h"
#include "protocols/hls/segmenter.h"

namespace weir::hls {

/// What the renditions of one stream share. All outlive them.
struct RenditionContext {
  const std::string& key;  ///< ChunklistKey of the stream.
  SegmentLimits limits;
  PackagerStats& stats;
  PlaylistReports& reports;
  PublishedSink& sink;
};

/// One track as viewers get it, over all runs: turns what its Segmenter makes into files and
/// playlists.
class PackagerRendition final : private SegmentSink {
 public:
  PackagerRendition(const RenditionContext& context, media::TrackId track, media::MediaKind kind);

  /// `tracks` has this one, and a run. EndRun came before.
  void StartRun(const media::TrackList& tracks);

  void OnFrame(std::shared_ptr<const media::Frame> frame) { segmenter_.OnFrame(std::move(frame)); }

  void OnGap() { segmenter_.OnGap(); }

  /// Closes what is open.
  void EndRun() { segmenter_.EndRun(); }

  /// The same, for good: the last playlists are ended ones.
  void Conclude();

  /// The rendition is no more: all of its files may be forgotten.
  void Retire();

  media::TrackId track() const { return track_; }

  media::MediaKind kind() const { return kind_; }

 private:
  /// What a file's name and length depend on.
  struct RunText {
    std::string id;
    int64_t first_number = 0;
    uint32_t timescale = 1;
    PlaylistRun playlist;
    bool preload_hint = true;
  };

  void OnSegmentOpened(const media::Frame& first) override;
  void OnPart(SegmentPart part) override;
  void OnSegmentClosed(SegmentEnd end) override;
  void OnSegmentMissing(SegmentEnd end) override;

  std::string NameOf(FileName::Type type, const RunText& run, int64_t number, int part) const;
  std::chrono::microseconds GapLength(const SegmentEnd& end, const RunText& run) const;
  ChunklistPtr ChunklistNow(const std::optional<PartName>& next) const;
  ResourcePtr LegacyChunklist() const;
  void TellClosed(const SegmentEnd& end, ResourcePtr media);
  void TellExpired(const std::vector<int64_t>& numbers);

  const RenditionContext context_;
  const media::TrackId track_;
  const media::MediaKind kind_;
  const std::string chunklist_uri_;
  Segmenter segmenter_;
  PlaylistWindow window_;
  MediaStore store_;
  RunText run_;
  std::optional<RunText> previous_run_;
  int64_t open_ticks_ = 0;  ///< Length of the open segment so far.
  bool concluding_ = false;
  /// What was told of the newest closed segment, to be told again if the end comes late.
  std::optional<SegmentClosed> newest_;
};

}  // namespace weir::hls
